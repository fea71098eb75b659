"""Handing in a course file."""

from flask import request
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, FileField, SelectField

from kmz.catalog.actions.import_runs import CourseFile
from kmz.catalog.import_queries import kept_columns
from kmz.catalog.imports import uploads
from kmz.catalog.imports.formats import FORMATS
from kmz.catalog.imports.imported import UnreadableFileError
from kmz.catalog.imports.sources import SOURCE_RULE, is_source_name
from kmz.catalog.imports.table.cells import read_table
from kmz.catalog.imports.table.columns import columns_for
from kmz.web.forms import BaseForm, choice, line

_NO_FILE = "Bitte wählen Sie eine Datei aus."


class ImportForm(BaseForm):
    """The file, whose it is, and whether it is everything."""

    file = FileField("Datei")
    file_format = SelectField(
        "Format",
        choices=[
            choice("", "an der Datei erkennen"),
            *(choice(one.name, one.label) for one in FORMATS.values()),
        ],
        default="",
    )
    source = line("Quelle", limit=40)
    is_full = BooleanField("Die Datei ist der ganze Bestand dieser Quelle")
    is_too_large = False

    def course_file(self) -> CourseFile | None:
        """The file, or None: then its problems stand at the fields."""
        upload = request.files.get("file")
        if not self.validate() or upload is None or not upload.filename:
            if upload is None or not upload.filename:
                self.file.errors = [*self.file.errors, _NO_FILE]
            return None
        try:
            return self._checked(upload)
        except uploads.TooLargeFileError as error:
            self.is_too_large = True
            self.file.errors = [str(error)]
        except UnreadableFileError as error:
            self.file.errors = [str(error)]
        return None

    def _checked(self, upload: FileStorage) -> CourseFile | None:
        name, data = uploads.harmless_name(upload.filename or ""), upload.read()
        told = uploads.format_by_content(name, data)
        format_name = self.file_format.data or told
        if format_name != told and not {format_name, told} <= {"openvhs", "kufer"}:
            raise UnreadableFileError("Die Datei hat ein anderes Format als das gewählte.")
        limit = uploads.limit_of(format_name)
        if len(data) > limit:
            raise uploads.TooLargeFileError(f"Die Datei ist größer als {limit // uploads.MIB} MiB.")
        source = self.source.data or format_name
        if not is_source_name(source):
            self.source.errors = [SOURCE_RULE]
            return None
        columns = (
            columns_for(read_table(data).headers, kept_columns(source))
            if format_name == "csv"
            else {}
        )
        uploads.check_readable(format_name, columns, data)
        return CourseFile(
            name=name,
            data=data,
            format_name=format_name,
            source=source,
            is_full=bool(self.is_full.data),
            columns=columns,
        )
