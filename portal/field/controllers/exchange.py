"""The exchange with phones: who is signed in, records in batches, photos."""

import asyncio
import datetime as dt
from typing import Any

from litestar import Controller, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.exceptions import ClientException
from litestar.params import FromPath

from portal.access import Viewer
from portal.errors import Invalid, NotFound
from portal.field import forms
from portal.field.policies import USE
from portal.field.service.photos import add_photo
from portal.field.service.sync import take
from portal.network.controllers.requests import AnyRequest
from portal.voice.photos import clean_photo
from portal.web import csrf
from portal.web.guards import policy
from portal.web.responses import shown

PHOTO_MOST_BYTES = 12 * 1024 * 1024


class FieldExchange(Controller):
    """Records and photos from phones."""

    path = "/field"

    @get("/token", name="field.token", opt=policy(USE))
    async def token(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> dict[str, Any]:
        """Tell a page from the phone's cache who is signed in, and the session's token for sending."""
        return {"user": viewer.user_id, "token": csrf.token_for(request)}

    @post("/sync", name="field.sync", opt=policy(USE), status_code=200)
    async def sync(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> dict[str, Any]:
        """Take up to 50 records and say of each what became of it; sending again is harmless."""
        now = dt.datetime.now(dt.UTC)
        try:
            batch = forms.read_batch(await request.json(), now)
        except (ValueError, Invalid) as error:
            raise ClientException("a batch of at most 50 records is expected") from error
        answers = await take(viewer, batch, now)
        return {
            "now": now.isoformat(),
            "answers": [
                {
                    "id": answer.key,
                    "status": answer.status.value,
                    "problems": {problem.field: shown(problem.message) for problem in answer.problems},
                }
                for answer in answers
            ],
        }

    @post("/photo/{client_key:str}", name="field.photo", opt=policy(USE), status_code=200)
    async def photo(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], client_key: FromPath[str]
    ) -> dict[str, Any]:
        """Take the photo of a record that was taken; sending again is harmless."""
        if not forms.KEY.fullmatch(client_key):
            raise NotFound
        upload = (await request.form()).get("photo")
        if not isinstance(upload, UploadFile):
            raise ClientException("a photo is expected")
        content = await upload.read(PHOTO_MOST_BYTES + 1)
        if len(content) > PHOTO_MOST_BYTES:
            raise Invalid.of("photo", "The photo is larger than %(megabytes)s MB.", megabytes=12)
        return {"new": await add_photo(viewer, client_key, await asyncio.to_thread(clean_photo, content))}
