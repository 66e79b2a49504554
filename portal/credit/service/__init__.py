"""What changes in credit: terms, holds, what payments are meant for, the figures kept for lists."""
