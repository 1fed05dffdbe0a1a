"""`rimay form` with all that it can do."""

from rimay.commands.enter import enter
from rimay.commands.form import app
from rimay.commands.paper import paper
from rimay.commands.rehearse import rehearse

app.command("paper")(paper)
app.command("enter")(enter)
app.command("rehearse")(rehearse)
