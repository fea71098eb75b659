"""The office's form of a course, and how it reads what people type."""

from kmz.catalog.forms.course import CourseForm
from kmz.catalog.forms.values import values_of

__all__ = ["CourseForm", "values_of"]
