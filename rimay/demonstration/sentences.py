"""What the synthetic participants write when a question is open. All invented; so are the names and numbers in them."""

from collections.abc import Mapping, Sequence

SENTENCES: Mapping[str, Mapping[str, Sequence[str]]] = {
    "es": {
        "everybody": (
            "Un trabajo fijo, con contrato. Solo consigo unos días en la construcción.",
            "Que el arriendo no sea tan caro. Pagamos 150 dólares por un cuarto húmedo.",
            "Me gustaría que abran el centro de salud también los sábados, porque trabajo toda la semana.",
            "Que haya guardería para poder trabajar. No tengo con quién dejar a mis hijos.",
            "Falta información clara. Nadie sabe a qué oficina ir.",
            "Estoy agradecida con los vecinos, nos han ayudado mucho.",
            "Que la comida alcance hasta el fin de mes.",
            "Cursos de oficios y un pequeño crédito para poner mi negocio de costura.",
            "El bus hasta Ibarra cuesta mucho y pasa poco.",
            "Pido que nos escuchen de verdad, no solo en campaña.",
        ),
        "refugee": (
            "Los papeles. Llevo dos años esperando la respuesta del refugio y no hay cita.",
            "En la ventanilla me mandan de un lugar a otro. Propongo una sola oficina para documentos.",
            "Tengo miedo cuando salgo de noche. Falta luz en la calle del barrio.",
            "Me llamo Marta y mi número es 0991234567, por favor ayúdenme con la visa.",
            "Sin cédula no me dan trabajo ni me abren una cuenta en el banco.",
        ),
        "migrant": (
            "Sin documentos me pagan la mitad. Necesitamos poder regularizarnos sin pagar tanto.",
            "La visa cuesta demasiado. Una rebaja para familias ayudaría mucho.",
            "En el colegio no quisieron recibir a mi hija porque no tenía los papeles del otro país.",
            "Que no nos digan extranjeros de mala manera. Venimos a trabajar.",
            "Comida y un lugar seguro para dormir. Vivimos seis personas en un cuarto.",
        ),
        "displaced": (
            "Salimos de nuestra casa por las amenazas. Necesitamos un techo donde quedarnos.",
            "Quiero que mis hijos terminen el año en la escuela de aquí.",
            "Ayuda psicológica para los niños, no duermen bien desde que salimos.",
        ),
        "returned": (
            "Volví después de doce años y nadie reconoce mi experiencia. Hace falta apoyo para empezar.",
            "Que convaliden mis estudios de afuera sin tantas vueltas.",
        ),
        "host": (
            "Que haya trabajo para todos, los de aquí y los que llegan.",
            "El centro de salud está lleno y faltan medicinas.",
            "Propongo ferias donde vendamos juntos, los del barrio y las familias que llegaron.",
        ),
    },
    "qu": {
        "everybody": (
            "Llamkaytami mutsurinchik. Wakin punchakunallami llamkani.",
            "Hampi wasipi kichwa shimita rimachun munani.",
            "Wawakunata kamak wasita munanchik, llamkankapak.",
            "Kullki mana paktanchu mikunata rantinkapak.",
        ),
        "refugee": (
            "Killkakunata utka kuchun munani. Ishki watatami shuyakuni.",
            "Tutapi purinata manchani.",
        ),
        "migrant": (
            "Documentokuna illashkamanta asha kullkillata kun.",
            "Shuk wasita mutsurinchik, sukta runami shuk ukullapi kawsanchik.",
        ),
        "displaced": ("Ñukanchik wasimanta llukshirkanchik, puñunkapak kuskata mutsurinchik.",),
        "returned": ("Karu llaktamanta tikramurkani, llamkayta mana tarinichu.",),
        "host": (
            "Yachana wasipi kichwa shimita yachachichun munani.",
            "Ñanta allichichun mañani, antawaka mana chayanchu.",
            "Yakuta utka charinata munanchik ayllullaktapi.",
        ),
    },
}
