# The portal in a container: one stage builds front-end files, fonts and the wheel, the other only runs it.
# Build: docker build -t bisugi .   The base images may be replaced by mirrors of your own.
ARG PYTHON=python:3.11-slim-bookworm

FROM ${PYTHON} AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends nodejs npm \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY requirements/ requirements/
RUN python -m venv /opt/build \
 && /opt/build/bin/pip install --no-cache-dir --require-hashes -r requirements/bootstrap.txt \
 && /opt/build/bin/uv pip install --no-cache --python /opt/build/bin/python --require-hashes -r requirements/dev.txt \
 && python -m venv /opt/portal \
 && /opt/build/bin/uv pip install --no-cache --python /opt/portal/bin/python --require-hashes -r requirements/runtime.txt
COPY . .
RUN /opt/build/bin/python -m portal.assets.build \
 && /opt/build/bin/uv pip install --no-cache --python /opt/portal/bin/python --no-deps .

FROM ${PYTHON}
RUN apt-get update \
 && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --create-home --home-dir /srv/portal portal \
 && install -d -o portal -g portal /srv/portal/data
COPY --from=build /opt/portal /opt/portal
USER portal
WORKDIR /srv/portal
ENV PATH=/opt/portal/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    ENVIRONMENT=production \
    DATA_DIR=/srv/portal/data \
    DATABASE_URL=sqlite:////srv/portal/data/portal.db
VOLUME /srv/portal/data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD \
  ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["sh", "-c", "portal migrate && exec portal run --host 0.0.0.0 --port 8000"]
