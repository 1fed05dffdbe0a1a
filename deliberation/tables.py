"""Every table of the deliberation: who makes a schema of them imports this."""

import deliberation.actors.tables
import deliberation.assemblies.tables
import deliberation.assembly_day.tables
import deliberation.audience.tables
import deliberation.commitments.tables
import deliberation.council.tables
import deliberation.empty_seat.tables
import deliberation.opinions.tables
import deliberation.voices.tables  # noqa: F401  (the metadata knows a table once its module is imported)
