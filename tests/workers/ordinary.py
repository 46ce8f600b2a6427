"""Sentences as engineers say them every day; nothing in them is anybody's secret."""

from collections.abc import Sequence
from itertools import product

SAID = """
The password is wrong, so the login fails.
The password is stored as a hash with argon2.
The password is case sensitive.
The password is eight characters long.
The password is 12 characters long at least.
The password is rotated every 90 days.
The password is not in the repository.
The password was changed last week.
The password is bcrypt hashed before it is saved.
The password for the database is in the vault.
The password for the staging environment is the same as before.
The password is up to you.
The password is in the vault, ask the team lead.
Your password is expired, so you need a new one.
Nobody knows what the password is. We rotate it daily.
Passwords are hashed with sha256 in the old version.
We use password authentication for Postgres.
The password field is empty by default.
Set the password in the environment, never in the code.
The passphrase is optional here.
The token is valid for fifteen minutes.
The token is missing from the header.
The token is refreshed by the client.
The token is a JWT signed with RS256.
The key is the name of the bucket.
The key is user_id and the value is a list.
The key is missing from the dictionary.
The secret is mounted as a file under /run/secrets.
The secret is read once at start.
The API key is sent in a header.
The API key is kept in the secret manager.
The access key is rotated by a job at night.
The primary key is a UUID.
The key for this cache is the slug of the page.
Pin 13 is the one with the LED.
The pin is high when the button is pressed.
Pin the version in the lock file.
The pull request number is 4711.
The build number is 20240517.
Port 8080 is taken, so we use 8443 instead.
The server listens on 127.0.0.1 port 5432.
The address is 10.0.0.12 in the test network.
The subnet is 192.168.178.0/24 here.
It took 1234567 milliseconds to finish.
The timestamp is 1700000000 in seconds.
The timestamp is 1700000000123 in milliseconds.
The largest integer is 2147483647 on that machine.
The snowflake id is 1234567890123456789.
The order number is 1234567890123456.
The file has 4294967296 bytes.
We saw 503 and 504 for about 20 minutes.
The commit is 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b.
Check out commit a1b2c3d and build again.
The digest is sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855.
The trace id is 4bf92f3577b34da6a3ce929d0e0e4736.
The request id is 123e4567-e89b-12d3-a456-426614174000.
Clone it with git@github.com:example/repo.git please.
You can find it at github dot com slash example.
The docs are at docs dot example dot com.
Look at example dot com slash status.
The mail server at mail dot example dot com was down.
The service runs at api.example.com behind the proxy.
Jenkins at ci.example.com builds every branch.
We meet at ten in the large room.
I look at Grafana at least once a day.
Version one dot two dot three is out.
We are on version 3.11.4 of Python.
It is Node 20.11.1 on all machines.
The release is v2024.05.17 today.
The deadline is 2024-05-17 at 10:30.
Between 2024-01-01 and 2024-12-31 we had 17 incidents.
The window is from 22:00 to 04:00 UTC.
A B testing is on for ten percent of users.
We use the CI CD pipeline of the platform team.
The AWS S3 API is called from the ETL job.
HTTP, TLS, DNS and BGP all failed at once.
The CPU, GPU and RAM graphs look fine.
The x86 64 build is slower than the ARM 64 one.
The parts are MX 300 and MX 310 revision B 2.
Use sed, awk, grep and so on.
One, two, three, and the pod restarts.
Four of seven nodes are up, three are down.
It retries five times, ten seconds apart.
Twenty three tests failed and forty two passed.
The alpha and the beta release had the same bug.
Echo foo and pipe it to the other command.
The delta between the two runs is small.
The call takes 250 milliseconds.
This function calls 3 others with 12 arguments.
Call the endpoint 1000 times with 16 clients.
The text column holds 65535 bytes.
Reach for the runbook before you page anybody.
The number of workers is 16 and the number of threads is 256.
Ring buffers of 1048576 entries are enough.
The postcode is five digits long.
The room is 4.012 in building 7.
Ticket 20240517 is about the same thing.
The flag is minus minus no cache.
We set max connections to 200 and the pool to 20.
The login page asks for the password first.
Enter the password when the prompt appears.
Reset the password on the settings page.
The password manager is mandatory for all of us.
The secret to fast builds is a warm cache.
The key to good logs is a request id.
The key takeaway is that we need alerts.
He is the key person for this project.
Our token bucket is 100 requests per second.
The tokenizer splits the text into tokens.
The credential helper is configured globally.
The credentials are in the vault.
The license key is checked at start.
The client secret is passed by the operator.
The private key is on the hardware module.
The public key is in the repository.
The signing key is generated in the pipeline.
Secrets are never printed to the log.
I sent an e-mail to the team about it.
We get an e-mail for every failed job.
The mailbox is full again.
Ask in the channel, not by mail.
The user at the desk could not sign in.
"""
SUBJECTS = (
    "the broker",
    "our pipeline",
    "the load balancer",
    "this service",
    "the second replica",
    "the scheduler",
    "a worker",
    "the cache",
)
EVENTS = (
    "was down for {number} minutes",
    "keeps {number} connections open",
    "logs about {number} lines a second",
    "retries the call {number} times",
    "needs the key from the config map",
    "reads the token from the header",
    "checks the password of the user",
    "answers on port {number}",
    "failed at step {number} of the plan",
    "is called by the other team",
)
REASONS = (
    "because the disk was full.",
    "after we had changed the secret in the vault.",
    "since the release of last Monday.",
)


def list_sentences() -> Sequence[str]:
    """What was written down above, and what can be made of the words below it."""
    made = [
        f"{subject} {event} {reason}".format(number=(position * 37) % 9000 + 3).capitalize()
        for position, (subject, event, reason) in enumerate(product(SUBJECTS, EVENTS, REASONS))
    ]
    return [*SAID.strip().splitlines(), *made]
