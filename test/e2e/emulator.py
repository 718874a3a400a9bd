"""
MiniStack, with the two kinds of resources and the one integration that it lacks and the drills need. Both are handed to the
stand-in whose address is the second argument; MiniStack itself is unchanged. It ends, with every function that it started,
when its input does, so that no way in which the tests die leaves it behind.
"""

import json
import os
import signal
import sys
import threading
import urllib.error
import urllib.request


def end_with_input():
    sys.stdin.read()
    os.killpg(0, signal.SIGKILL)


if os.getpgrp() != os.getpid():
    os.setpgrp()
threading.Thread(target=end_with_input, daemon=True).start()

os.environ["GATEWAY_PORT"] = sys.argv[1]
stand_in = sys.argv[2]
sys.argv = sys.argv[:1]

from ministack.app import main  # noqa: E402
from ministack.services import stepfunctions  # noqa: E402
from ministack.services.cloudformation import provisioners  # noqa: E402


def post(path, body):
    """The answer's JSON; a refusal raises with what the stand-in said."""
    request = urllib.request.Request(
        stand_in + path, data=json.dumps(body).encode(), headers={"content-type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def creator(resource_type):
    def create(logical_id, properties, stack_name):
        made = post("/resources", {"type": resource_type, "name": f"{stack_name}-{logical_id}", "properties": properties})
        return made["id"], made["attributes"]

    return create


for lacking in ("AWS::FIS::ExperimentTemplate", "AWS::SSM::Document"):
    if lacking in provisioners._RESOURCE_HANDLERS:
        sys.exit(f"MiniStack has {lacking} of its own now: take the stand-in for it out")
    provisioners._RESOURCE_HANDLERS[lacking] = {"create": creator(lacking), "delete": lambda physical_id, properties: None}


def start_experiment(_resource, parameters):
    try:
        return post("/start-experiment", parameters)
    except urllib.error.HTTPError as refusal:
        said = json.load(refusal)
        raise stepfunctions._ExecutionError(said["error"], said["cause"]) from None


stepfunctions._SERVICE_DISPATCH["arn:aws:states:::aws-sdk:fis:startExperiment"] = start_experiment

main()
