"""`mocker`, as its users type it."""

import unittest

from mocker_tests import base
from mocker_tests.command_line import CommandLine, CommandLineCases


class Mocker(CommandLineCases, CommandLine):
    program = base.MOCKER


