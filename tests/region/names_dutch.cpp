#include "tests/region/names.hpp"

namespace ketensync::region::lists {
namespace {

using Text = std::string_view;

// clang-format off
constexpr Text family[] {
    "de Jong", "Jansen", "de Vries", "van den Berg", "van Dijk", "Bakker", "Janssen", "Visser", "Smit", "Meijer",
    "de Boer", "Mulder", "de Groot", "Bos", "Vos", "Peters", "Hendriks", "van Leeuwen", "Dekker", "Brouwer",
    "de Wit", "Dijkstra", "Smits", "de Graaf", "van der Meer", "van der Linden", "Kok", "Jacobs", "de Haan", "Vermeulen",
    "van den Heuvel", "van der Veen", "van den Broek", "de Bruijn", "van der Heijden", "Schouten", "van Beek", "Willems",
    "van Vliet", "van de Ven", "Hoekstra", "Maas", "Verhoeven", "Koster", "van Dam", "van der Wal", "Prins", "Blom",
    "Huisman", "Peeters", "de Jonge", "Kuipers", "van Veen", "Post", "Kuiper", "Veenstra", "Kramer", "van den Brink",
    "Scholten", "van Wijk", "Postma", "Martens", "Vink", "de Ruiter", "Timmermans", "Groen", "Gerritsen", "Jonker",
    "van Loon", "Boer", "van der Velde", "Willemsen", "Smeets", "de Lange", "de Vos", "Bosch", "van Dongen", "Schipper",
    "de Koning", "van der Laan", "Koning", "van der Velden", "Driessen", "van Doorn", "Hermans", "Evers", "van den Bosch",
    "van der Meulen", "Hofman", "Bosman", "Wolters", "Sanders", "van der Horst", "Mol", "Kuijpers", "Molenaar",
    "van de Pol", "de Leeuw", "Verbeek", "Kamphuis", "Schuurman", "van Es", "Dijkman", "van der Ploeg", "Bijl", "Bouwman",
    "Kroon", "Hoogland", "Verweij", "van Rijn", "Boersma", "van Kempen", "Lammers", "Bijlsma", "Veldhuis", "Nijland",
    "Witteveen", "van Rooij", "van der Kolk", "Groot", "Mulders", "Snijders", "Kuijper", "Gerrits", "Simons", "van Dalen",
    "Zwart", "van der Zee", "Zijlstra", "Versteeg", "Rietveld", "Zuidema", "Backer", "Vonk", "Wouters", "van Vugt",
    "de Rooij", "van Gelder", "Pronk", "Roos", "Hoogendoorn", "Kool", "Blok", "Hof", "Spaans", "Stam", "Schaap", "Haan",
    "Bleeker", "van Bemmel", "Nijhuis", "Nijenhuis", "te Velde", "ter Haar", "Oosterhuis", "Westerhof", "van Schaik",
    "Slager", "de Kok", "van Houten", "Vermeer", "Verkerk", "Vlaming", "Verburg", "van Eck", "van Ginkel", "van Hoorn",
    "Rebel", "Schaapherder", "Schram", "Bunschoten", "Calis", "Vos de Wael", "Krijnen", "van 't Hof", "van 't Klooster",
    "in 't Veld", "op den Kamp", "van der Schaaf", "van der Sluis", "van der Pol", "van der Vliet", "van der Wiel",
    "van der Steen", "van der Ven", "van der Weide", "van der Werf", "van der Zwan", "van der Spek", "van den Akker",
    "van den Hoek", "van den Bos", "van den Ham", "van den Berge", "van de Kamp", "van de Velde", "van de Water",
    "van de Wetering", "van de Graaf", "van de Laar", "de Bie", "de Bont", "de Gier", "de Heer", "de Hoop", "de Kort",
    "de Leeuwe", "de Man", "de Nijs", "de Raad", "de Ridder", "de Roos", "de Rijk", "de Swart", "de Waal", "de Wilde",
    "de Winter", "de Wolf", "den Hartog", "den Boer", "den Ouden", "den Hollander", "Aalbers", "Aarts", "Adriaanse",
    "Alberts", "Arends", "Baars", "Bakhuis", "Barends", "Bax", "Beekman", "Beukers", "Bergsma", "Berends", "Boon", "Boot",
    "Borst", "Bouma", "Braam", "Brand", "Brands", "Bruins", "Buijs", "Burger", "Claassen", "Coenen", "Cornelissen", "Damen",
    "Dekkers", "Derksen", "Doornbos", "Eikelenboom", "Elbers", "Engels", "Feenstra", "Faber", "Fransen", "Franken",
    "Geerts", "Goossens", "Haverkamp", "Heijnen", "Heemskerk", "Hendriksen", "Hoeksma", "Holtrop", "Hulshof", "Huijser",
    "Jaspers", "Joosten", "Kaptein", "Keizer", "Klaassen", "Klein", "Knol", "Koopman", "Kooistra", "Koopmans", "Kort",
    "Kost", "Kranenburg", "Kruijer", "Kuijt", "Lambrecht", "Leenders", "Linders", "Lubbers", "Maes", "Manders", "Meeuwsen",
    "Mertens", "Mooij", "Naber", "Nauta", "Nieuwenhuis", "Noordam", "Nooij", "Olthof", "Oosterom", "Otten", "Pauw", "Pieters",
    "Pieterse", "Ploeg", "Poort", "Poldervaart", "Reijnders", "Ras", "Renes", "Romijn", "Roelofs", "Rutten", "Schmidt",
    "Schoenmaker", "Scheffer", "Schreuder", "Schutte", "Sijbesma", "Slot", "Spijker", "Stolk", "Swinkels", "Teunissen",
    "Thijssen", "Timmer", "Tol", "Tromp", "Uijterwaal", "Veerman", "Verhagen", "Verhoef", "Verschoor", "Vis", "Visscher",
    "Voskuil", "Waterman", "Weijers", "Wessels", "Wiersma", "Wijnen", "Winkel", "Zandbergen", "Zeldenrust", "Zegers",
    "Müller", "Böhm", "Krüger", "d'Ancona", "d'Hont", "van 't Hoff", "IJzerman", "IJssel", "Thé", "André", "Louët", "Briët",
};

constexpr Text men_before[] {
    "Johannes/Jan/Hans/Johan/John/Joop", "Jan", "Cornelis/Kees/Cor/Cees", "Hendrik/Henk/Hein/Rik", "Willem/Wim/Willem",
    "Pieter/Piet/Peter", "Gerrit/Gerrit/Ger", "Petrus/Peter/Piet", "Jacobus/Jaap/Ko/Jacco", "Robert/Rob/Bob", "Peter",
    "Martinus/Martin/Tinus", "Franciscus/Frans/Frank", "Antonius/Ton/Anton/Toon", "Adrianus/Ad/Adrie/Arjan", "Hendrikus/Henk",
    "Wilhelmus/Wim/Willem", "Ronald/Ronald/Ron", "Marcel", "Erik", "Paul", "Gerardus/Gerard/Ger", "Theodorus/Theo/Dorus",
    "Frank", "Rudolf/Ruud/Rudi", "Michael/Michael/Michel", "Edwin", "Leonardus/Leo/Leon", "Arie/Arie/Aart", "Dirk/Dirk/Dick",
    "Maarten", "Richard", "Nicolaas/Nico/Klaas", "Patrick", "Albert/Albert/Bert/Ab", "Rene/Rene", "René", "André", "Jeroen",
    "Harm", "Teunis/Teun/Teus", "Klaas", "Bernardus/Ben/Bernard", "Everardus/Evert", "Lambertus/Bert/Bart", "Marinus/Rinus",
    "Christiaan/Chris/Christian", "Frederik/Frits/Fred", "Gijsbert/Gijs/Bert", "Hubertus/Huub/Bert", "Mattheus/Thijs/Theo",
    "Philippus/Flip/Philip", "Reinier/Rein", "Simon/Simon/Siem", "Sjoerd", "Tjeerd", "Vincent", "Wouter", "IJsbrand/IJs",
    "Alexander/Alex/Lex", "Eduard/Ed/Eddy", "Raymond", "Dennis", "Ferdinand/Ferry", "Jozef/Jos/Jef", "Herman",
};

constexpr Text men_since[] {
    "Johannes/Jan/Joost/Hans/Hannes", "Daan", "Thomas/Thomas/Tom", "Tim", "Lars", "Bram", "Kevin", "Jeroen", "Martijn",
    "Dennis", "Niels", "Jasper", "Sander", "Ruben", "Bas/Bas", "Mark", "Rick", "Stefan", "Thijs", "Jesse", "Lucas/Luuk/Lucas",
    "Luuk", "Sem", "Tom", "Nick", "Max", "Willem/Willem/Wim/Pim", "Pieter/Pieter/Peter", "Cornelis/Cees/Kees/Cor", "Hendrik/Rik/Henk",
    "Michiel", "Wouter", "Robin", "Maarten", "Mike", "Danny", "Jordy", "Wesley", "Roy", "Patrick", "Sebastiaan/Bas/Sebas",
    "Matthijs/Matthijs/Thijs", "Joris", "Floris", "Gijs", "Koen", "Stijn", "Sven", "Teun", "Timo", "Tobias", "Vincent", "Xander",
    "Yannick", "Alexander/Alex/Sander/Xander", "Christiaan/Chris/Christiaan", "Daniël/Daniël/Daan", "Rafaël", "Noël", "Joël",
    "Benjamin/Ben", "David", "Emiel", "Erik", "Ferdi", "Glenn", "Jelle", "Jorrit", "Julian", "Jurre", "Lorenzo", "Marco",
    "Marnix", "Olivier", "Oscar", "Remco", "Rens", "Roel", "Rutger", "Samuel/Sam", "Siebe", "Simon", "Thijmen", "Tijn",
    "Adrianus/Arjan/Adriaan", "Antonius/Anton/Twan", "Franciscus/Frans/Frank", "Petrus/Peter", "Jacobus/Jaap/Jacco", "Robert/Rob/Robbert",
};

constexpr Text women_before[] {
    "Maria/Marja/Ria/Mia/Marijke", "Johanna/Jo/Annie/Hanneke/Joke", "Anna/Anna/Anneke/Annie", "Elisabeth/Els/Betty/Bep/Liesbeth",
    "Cornelia/Corrie/Cora/Nelly", "Wilhelmina/Willy/Mien/Wil/Helma", "Hendrika/Rika/Henny/Hetty", "Catharina/Toos/Trudy/Karin/Ina",
    "Monique", "Petra", "Margaretha/Greet/Margriet/Marga", "Jacoba/Coby/Jacqueline", "Adriana/Adrie/Jeanne", "Ingrid", "Marjan",
    "Jolanda", "Yvonne", "Linda", "Marianne", "Astrid", "Esther", "Sandra", "Bianca", "Karin", "Mariska", "Annemarie", "Saskia",
    "Carolina/Carla/Lina", "Christina/Christine/Tineke/Stien", "Geertruida/Truus/Trudy/Geertje", "Theodora/Dora/Thea", "Francisca/Francien/Cisca",
    "Helena/Leny/Helen", "Henriëtte/Henriëtte/Jet", "Jannetje/Janny/Jannie", "Pietronella/Nel/Petra", "Neeltje/Nel/Neel", "Grietje/Greet",
    "Aaltje/Alie", "Angela", "Anita", "Antonia/Toni/Anja", "Brigitta/Brigitte", "Désirée", "Diana", "Dorothea/Thea/Dorien", "Ellen",
    "Erica", "Gerarda/Gerda", "Irene", "Janneke", "José", "Judith", "Lucia/Lucy", "Manuela", "Mirjam", "Nicole", "Patricia", "Renate",
    "Renée", "Rosalina/Roos", "Silvia", "Suzanna/Suzan", "Wendy", "Yolanda", "Hermina/Mina/Hermien", "Lamberta/Bertie",
};

constexpr Text women_since[] {
    "Maria/Marije/Mieke/Marieke/Maria", "Johanna/Hanna/Anne/Janneke", "Anna/Anne/Anouk/Anna", "Sanne", "Lisa", "Emma", "Lotte",
    "Laura", "Eva", "Anouk", "Kim", "Julia", "Iris", "Femke", "Fleur", "Naomi", "Chantal", "Melissa", "Daphne", "Manon", "Sophie",
    "Roos", "Marloes", "Elisabeth/Lisa/Liesbeth/Elise", "Charlotte/Charlotte/Lotte", "Suzanne/Suzanne/Suus", "Tessa", "Nina", "Maud", "Merel",
    "Noor", "Amber", "Britt", "Danique", "Denise", "Ellen", "Esmée", "Floor", "Isabel/Isa", "Jasmijn", "Joyce", "Judith", "Kelly",
    "Larissa", "Linda", "Lieke", "Loes", "Marit", "Michelle", "Mirjam", "Nadine", "Nienke", "Noa", "Pleun", "Rianne", "Romy", "Sabine",
    "Samantha/Sam", "Saskia", "Sharon", "Simone", "Stefanie", "Tamara", "Tess", "Vera", "Willemijn", "Yara", "Zoë", "Chloé", "Noëlle",
    "Renée", "Daniëlle/Daantje", "Wilhelmina/Mina/Willemijn/Helma", "Cornelia/Cora/Nelleke", "Catharina/Karin/Trijntje/Kaat",
    "Jacoba/Jacqueline/Coby", "Petronella/Petra/Nel", "Hendrika/Rieke/Hetty", "Margaretha/Margriet/Greetje", "Christina/Christine/Tina",
};

constexpr Text stems[] {
    "Olden", "Nieuwen", "Hogen", "Lagen", "Wester", "Ooster", "Noorder", "Zuider", "Midden", "Groenen", "Rooden", "Zwarten",
    "Witten", "Breden", "Steen", "Zand", "Klei", "Veen", "Hei", "Bosch", "Molen", "Kerk", "Klooster", "Eiken", "Berken",
    "Hazel", "Linden", "Wilgen", "Elzen", "Espen", "Beuken", "Essen", "Riet", "Water", "Rivier", "Meer", "Dijk", "Duin",
    "Berg", "Heuvel", "Kamp", "Hoek", "Akker", "Weide", "Koren", "Haver", "Garst", "Vlas", "Honds", "Wolfs", "Vosse",
    "Raven", "Arends", "Valken", "Kraaien", "Zwanen", "Ganzen", "Kuikens", "Paarden", "Schapen", "Ossen", "Kalver",
    "Bever", "Otter", "Bijen", "Raad", "Konings", "Graven", "Heren", "Munniken", "Papen", "Ridder", "Schouten", "Burger",
    "Harden", "Leiden", "Breuke", "Bennen", "Baren", "Loenen", "Abcou", "Vinke", "Wilnis", "Mijd", "Kamer", "Woer", "Montfoor",
    "Culen", "Tiel", "Buren", "Zalt", "Heus", "Gorin", "Sliedre", "Papen", "Barend", "Zwijn", "Ridderker", "Alblas",
    "Kromme", "Rechte", "Lange", "Korte", "Dode", "Stille", "Ruige", "Kale", "Schoone", "Vrede", "Goeden", "Wijden",
};

constexpr Text ends[] {
    "broek", "veld", "hoven", "berg", "dijk", "horst", "kamp", "beek", "burg", "huis", "huizen", "steeg", "meer", "woude",
    "laar", "donk", "loo", "rade", "stein", "waard", "zijl", "wijk", "dam", "drecht", "brink", "berch", "daal", "bos",
    "heim", "hout", "kerk", "land", "water", "weerd", "wetering", "zicht", "sluis", "straten", "boom", "camp",
};

constexpr Text frisian[] {
    "Hoek", "Dijk", "Zijl", "Feen", "Berg", "Bos", "Post", "Tol", "Wierd", "Terp", "Veld", "Meul", "Klam", "Haan", "Haag",
    "Kamp", "Poel", "Sied", "Reits", "Wiers", "Haites", "Bouw", "Sikke", "Tjal", "Wob", "Ypes", "Jells", "Rinke", "Foppe",
    "Gerbr", "Heer", "Ids", "Jorrits", "Koop", "Lycke", "Minne", "Nies", "Oene", "Piek", "Rienks", "Sjoerds", "Tigche", "Ulbe", "Wyts",
};
constexpr Text frisian_last[] { "stra", "sma", "ma", "inga", "ema", "da", "ga", "straat" };

constexpr Text craft[] {
    "Veer", "Bol", "Kool", "Wester", "Ooster", "Hout", "IJzer", "Goud", "Zilver", "Tin", "Lood", "Koper", "Wagen", "Stoel",
    "Raden", "Ketel", "Zadel", "Leder", "Schoen", "Hoeden", "Mande", "Kuip", "Vaten", "Touw", "Zeil", "Scheeps", "Brug", "Dijk",
    "Hof", "Kerk", "Kloos", "Kooi", "Vee", "Melk", "Boter", "Kaas", "Brood", "Koek", "Zout", "Peper", "Wijn", "Bier", "Nij",
    "Aver", "Hes", "Wes", "Lans", "Roer", "Ros", "Weg", "Holt", "Eng", "Bruns", "Wis",
};
constexpr Text craft_last[] {
    "man", "mans", "maker", "meijer", "hof", "huis", "kamp", "sink", "ink", "ing", "haus", "drager", "smit", "kooper", "boer", "ers",
};
// clang-format on

} // namespace

std::span<Text const> dutch_family()
{
    return family;
}
std::span<Text const> dutch_men_before()
{
    return men_before;
}
std::span<Text const> dutch_men_since()
{
    return men_since;
}
std::span<Text const> dutch_women_before()
{
    return women_before;
}
std::span<Text const> dutch_women_since()
{
    return women_since;
}
std::span<Text const> place_stems()
{
    return stems;
}
std::span<Text const> place_ends()
{
    return ends;
}
std::span<Text const> frisian_stems()
{
    return frisian;
}
std::span<Text const> frisian_ends()
{
    return frisian_last;
}
std::span<Text const> craft_stems()
{
    return craft;
}
std::span<Text const> craft_ends()
{
    return craft_last;
}

} // namespace ketensync::region::lists
