"""Nouns of the municipality's own house: staff, stage, topics."""

from tenancy.models.handler import Handler as Handler
from tenancy.models.pledge import Pledge as Pledge
from tenancy.models.second_factor_reset import SecondFactorReset as SecondFactorReset
from tenancy.models.sign_in import SignIn as SignIn
from tenancy.models.staff import Staff as Staff
from tenancy.models.stage_request import StageRequest as StageRequest
from tenancy.models.standing import StageChange as StageChange
from tenancy.models.standing import Standing as Standing
from tenancy.models.topic import Topic as Topic
