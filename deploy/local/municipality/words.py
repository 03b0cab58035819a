"""The words of Fjordby: areas, places, posts and people's names. All invented; any likeness is chance."""

from typing import NamedTuple


class Position(NamedTuple):
    """A position code of the payroll system, its Danish title, and the catalogue's occupation group."""

    code: str
    title: str
    group: str


POSITIONS = (
    Position("1001", "Direktør", "leader"),
    Position("1002", "Chef", "leader"),
    Position("1003", "Institutionsleder", "leader"),
    Position("1004", "Afdelingsleder", "leader"),
    Position("2001", "Sygeplejerske", "nurse"),
    Position("2002", "Social- og sundhedshjælper", "sosu-helper"),
    Position("2003", "Social- og sundhedsassistent", "sosu-assistant"),
    Position("2004", "Fysioterapeut", "other"),
    Position("2005", "Ergoterapeut", "other"),
    Position("2006", "Sundhedsplejerske", "health-visitor"),
    Position("2007", "Tandplejer", "dental"),
    Position("2008", "Klinikassistent", "dental"),
    Position("3001", "Pædagog", "pedagogue"),
    Position("3002", "Pædagogisk assistent", "pedagogic-assistant"),
    Position("3003", "Pædagogmedhjælper", "pedagogic-assistant"),
    Position("3004", "Lærer", "teacher"),
    Position("3005", "Børnehaveklasseleder", "teacher"),
    Position("3006", "Dagplejer", "pedagogic-assistant"),
    Position("4001", "Socialrådgiver", "social-worker"),
    Position("4002", "Socialpædagog", "pedagogue"),
    Position("4003", "Familiebehandler", "social-worker"),
    Position("4004", "Psykolog", "academic-specialist"),
    Position("5001", "Teknisk servicemedarbejder", "technical-cleaning"),
    Position("5002", "Rengøringsassistent", "technical-cleaning"),
    Position("5003", "Ingeniør", "academic-specialist"),
    Position("5004", "Arkitekt", "academic-specialist"),
    Position("6001", "Administrativ medarbejder", "administration"),
    Position("6002", "Akademisk medarbejder", "academic-specialist"),
    Position("6003", "Økonomimedarbejder", "administration"),
    Position("6004", "It-medarbejder", "administration"),
)


class Area(NamedTuple):
    """A chief area: its name, what its institutions are called, and its posts by weight."""

    name: str
    institution: str
    posts: dict[str, float]


DIRECTOR_AREAS: dict[str, tuple[Area, ...]] = {
    "Sundhed og omsorg": (
        Area("Ældre og pleje", "Plejecenter", {"2001": 2, "2002": 5, "2003": 4, "5002": 1}),
        Area("Hjemmepleje og sygepleje", "Hjemmepleje", {"2001": 3, "2002": 5, "2003": 3, "2004": 1, "2005": 1}),
        Area("Sundhed og forebyggelse", "Sundhedshus", {"2004": 3, "2005": 2, "2006": 2, "2007": 1, "2008": 2, "6001": 1}),
    ),
    "Børn og unge": (
        Area("Dagtilbud", "Børnehus", {"3001": 5, "3002": 2, "3003": 4, "3006": 1}),
        Area("Skoler", "Skole", {"3004": 8, "3005": 1, "3001": 2, "5001": 1}),
        Area("Børn og familie", "Familiehus", {"4001": 4, "4003": 2, "4004": 1, "6001": 1}),
    ),
    "By, social og fællesskab": (
        Area("Social og handicap", "Bosted", {"4002": 5, "2003": 2, "3003": 2, "4001": 1}),
        Area("Drift og ejendomme", "Servicecenter", {"5001": 3, "5002": 5, "5003": 1, "5004": 1}),
        Area("Administration", "Rådhusafdeling", {"6001": 4, "6002": 2, "6003": 2, "6004": 2}),
    ),
}
PLACES = (
    *(
        "Strandgården",
        "Birkely",
        "Mølleå",
        "Søvang",
        "Fjordblik",
        "Lindehøj",
        "Kildebo",
        "Engdal",
        "Havnegade",
        "Skovkanten",
        "Bakketoppen",
    ),
    *(
        "Åbrinken",
        "Nørremark",
        "Vestervang",
        "Egelund",
        "Solsikken",
        "Klitten",
        "Granly",
        "Elmehaven",
        "Rosenlund",
        "Tornbjerg",
        "Mosegård",
    ),
    *(
        "Præstemark",
        "Stenhøj",
        "Lyngdal",
        "Poppelvej",
        "Brohus",
        "Hestehave",
        "Pilekrogen",
        "Sandager",
        "Højvang",
        "Dyssegård",
        "Ravnsborg",
    ),
    *("Toftegård", "Kirkebakken", "Vindeby", "Sønderskov", "Askedal", "Korsager", "Marielund", "Bøgely", "Hasselvej", "Overby", "Nederby"),
    *("Vibeengen", "Lærkereden", "Svalen", "Storken"),
)
GIVEN_NAMES = (
    *(
        "Agnete",
        "Bodil",
        "Camilla",
        "Dorte",
        "Ellen",
        "Freja",
        "Gitte",
        "Hanne",
        "Inger",
        "Julie",
        "Karen",
        "Lone",
        "Mette",
        "Nanna",
        "Olga",
    ),
    *(
        "Pia",
        "Rikke",
        "Sofie",
        "Tove",
        "Ulla",
        "Vibeke",
        "Yrsa",
        "Anders",
        "Bent",
        "Carl",
        "David",
        "Emil",
        "Finn",
        "Gustav",
        "Henrik",
        "Ivan",
    ),
    *("Jens", "Knud", "Lars", "Mads", "Niels", "Ole", "Peter", "Rasmus", "Søren", "Thomas", "Ulrik", "Viggo", "Amira", "Hassan", "Leyla"),
)
FAMILY_NAMES = (
    *(
        "Agerskov",
        "Birkholm",
        "Dalsgaard",
        "Elkjær",
        "Frandsen",
        "Gravgaard",
        "Hedelund",
        "Iversen",
        "Juhl",
        "Kragh",
        "Lindegaard",
        "Munch",
    ),
    *(
        "Nygaard",
        "Overgaard",
        "Pilegaard",
        "Ravn",
        "Skovgaard",
        "Thorup",
        "Udengaard",
        "Vinther",
        "Westergaard",
        "Østergaard",
        "Åkjær",
        "Bak",
    ),
    *(
        "Damgaard",
        "Eskildsen",
        "Friis",
        "Grøn",
        "Holt",
        "Jessen",
        "Kjær",
        "Lund",
        "Mølgaard",
        "Nissen",
        "Olesen",
        "Poulsen",
        "Rahbek",
        "Sahin",
    ),
)
