"""The two blueprints to which the rooms of booking add their pages."""

from flask import Blueprint

blueprint = Blueprint("booking", __name__)
staff_blueprint = Blueprint("staff_bookings", __name__)
