"""What the Unit and the council say in the demonstration, in both languages. The Kichwa is not reviewed yet."""

from collections.abc import Mapping

Text = Mapping[str, str]

SECOND_TITLE: Text = {
    "es": "Seis meses después: ¿qué cambió?",
    "qu": "Sukta killa kipa: ¿imatak shuktakyarka?",
}
ASSEMBLY_TITLE: Text = {
    "es": "Asamblea de movilidad humana",
    "qu": "Shuk llaktamanta shamushka runakunapak tantanakuy",
}
ASSEMBLY_PURPOSE: Text = {
    "es": "Decidir juntos qué pedir primero al consejo provincial.",
    "qu": "Hatun tantanakuyta imata puntapi mañanata tantalla akllankapak.",
}
ASSEMBLY_PLACE = "Casa de la Cultura, calle Sucre, Ibarra"

LINK_PLACES = ("Terminal terrestre de Ibarra", "Mercado 24 de Mayo, Otavalo", "Centro de salud de Atuntaqui")
"""Where posters hang. Names of kinds of places that there are, and nobody's."""

DECISIONS: tuple[tuple[str, Text], ...] = (
    (
        "accepted",
        {
            "es": "Desde el 1 de febrero habrá una bolsa de empleo en Ibarra y en Otavalo. "
            "Atiende también sin cédula.",
            "qu": "Panchiy killapak 1 punchamanta llamkayta maskankapak kuskami tiyanka, Ibarrapi, Otavalopipash. "
            "Cédula illakpipash chaskinkami.",
        },
    ),
    (
        "partly",
        {
            "es": "Habrá una ventanilla de orientación. La visa la decide el ministerio; le enviamos su pedido.",
            "qu": "Willankapak kuskami tiyanka. Visataka ministeriomi akllan; kikinpak mañayta kacharkanchikmi.",
        },
    ),
)
