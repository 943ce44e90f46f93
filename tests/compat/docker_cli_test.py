"""Docker's own command line against mockerd."""

import unittest

from mocker_tests import base
from mocker_tests.command_line import CommandLine, CommandLineCases


@unittest.skipUnless(base.DOCKER, "this machine has no docker command line")
class Docker(CommandLineCases, CommandLine):
    program = base.DOCKER


