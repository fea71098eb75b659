"""Courses and what they are made of."""

from kmz.catalog.models.courses import Course, CourseInstructor, CourseSession
from kmz.catalog.models.imports import ColumnMapping, CourseSource, ImportFile, ImportRun
from kmz.catalog.models.places import Instructor, Room, Venue
from kmz.catalog.models.programme import ProgramArea, Semester
from kmz.catalog.models.search import CatalogVersion, SynonymGroup
from kmz.catalog.models.terms import BookingOpening, CancellationPolicy
from kmz.catalog.models.watchlist import WatchlistItem

__all__ = [
    "BookingOpening",
    "CancellationPolicy",
    "CatalogVersion",
    "ColumnMapping",
    "Course",
    "CourseInstructor",
    "CourseSession",
    "CourseSource",
    "ImportFile",
    "ImportRun",
    "Instructor",
    "ProgramArea",
    "Room",
    "Semester",
    "SynonymGroup",
    "Venue",
    "WatchlistItem",
]
