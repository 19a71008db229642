#include "tests/region/names.hpp"

namespace ketensync::region::lists {
namespace {

using Text = std::string_view;

// clang-format off
constexpr Text turkish[] {
    "Yılmaz", "Kaya", "Demir", "Şahin", "Çelik", "Yıldız", "Yıldırım", "Öztürk", "Aydın", "Özdemir", "Arslan", "Doğan", "Kılıç",
    "Aslan", "Çetin", "Kara", "Koç", "Kurt", "Özkan", "Şimşek", "Polat", "Korkmaz", "Çakır", "Erdoğan", "Yavuz", "Can", "Acar",
    "Şen", "Aktaş", "Güneş", "Yalçın", "Güler", "Bulut", "Keskin", "Ünal", "Turan", "Gül", "Özer", "Işık", "Kaplan", "Avcı",
    "Sarı", "Tekin", "Taş", "Köse", "Yüksel", "Ateş", "Aksoy", "Karaca", "Duman", "Çoban", "Bayram", "Uçar", "Karataş",
};
constexpr Text turkish_m[] {
    "Mehmet", "Mustafa", "Ahmet", "Ali", "Hüseyin", "Hasan", "İbrahim", "İsmail", "Osman", "Yusuf", "Murat", "Ömer", "Emre",
    "Fatih", "Serkan", "Kemal", "Halil", "Süleyman", "Recep", "Burak", "Can", "Deniz", "Cem", "Umut", "Tolga", "Volkan", "Erkan",
    "Mehmet Ali/Ali/Mehmet", "Yunus", "Bekir", "Orhan", "Selim",
};
constexpr Text turkish_w[] {
    "Fatma", "Ayşe", "Emine", "Hatice", "Zeynep", "Elif", "Meryem", "Esra", "Özlem", "Yasemin", "Sevgi", "Gülay", "Songül",
    "Büşra", "Merve", "Kübra", "Nuray", "Aysel", "Filiz", "Derya", "Dilek", "Sibel", "Hülya", "Tuğba", "Ebru", "Şeyma", "Gamze", "Nur",
};
constexpr Text moroccan[] {
    "El Idrissi", "Bouzid", "El Amrani", "Amrani", "Benali", "Ben Ali", "El Khattabi", "Azzouzi", "El Azzouzi", "Bakkali",
    "El Bakkali", "Bouali", "Chaoui", "El Haddad", "Haddou", "El Yaakoubi", "Ait Ali", "Ouali", "El Ouali", "Tahiri", "El Mansouri",
    "Mansouri", "Saidi", "El Morabit", "Boukhari", "El Boukhari", "Hamdaoui", "El Hamdaoui", "Aissati", "El Aissati", "Bouazza",
    "Ben Haddou", "Abdellaoui", "Zouhair", "Lahlou", "Karimi", "El Kaddouri", "Kaddouri", "El Fassi", "Daoudi", "El Ghazi", "Ziani",
    "Oulad Ali", "Bennani", "Chakir", "Jaddi", "Mokhtari", "El Mokhtari", "Rahmouni", "Taghzouti", "Yahyaoui", "Zerouali",
};
constexpr Text moroccan_m[] {
    "Mohamed/Mo/Mohamed", "Mohammed/Mo/Mohammed", "Ahmed", "Hassan", "Rachid", "Said", "Abdelkader/Kader", "Youssef", "Karim",
    "Mustapha", "Omar", "Ali", "Bilal", "Ayoub", "Hamza", "Ilias", "Soufian", "Nabil", "Khalid", "Abdellah", "Driss", "Jamal",
    "Mimoun", "Noureddine/Nordin", "Redouan", "Samir", "Tarik", "Yassine", "Zakaria", "Anouar", "Aziz", "Imad", "Ismaïl",
};
constexpr Text moroccan_w[] {
    "Fatima", "Khadija", "Aïcha", "Naima", "Samira", "Fatiha", "Malika", "Rachida", "Nadia", "Zohra", "Hanan", "Latifa", "Karima",
    "Loubna", "Ikram", "Hafsa", "Salma", "Soukaina", "Yasmina", "Imane", "Asmae", "Chaïma", "Dounia", "Farida", "Hayat", "Houda",
    "Ilham", "Jamila", "Mimouna", "Najat", "Siham", "Touria", "Wafae", "Fatima Zohra/Fatima/Zohra",
};
constexpr Text polish[] {
    "Nowak", "Kowalski", "Wiśniewski", "Wójcik", "Kowalczyk", "Kamiński", "Lewandowski", "Zieliński", "Szymański", "Woźniak",
    "Dąbrowski", "Kozłowski", "Jankowski", "Mazur", "Wojciechowski", "Kwiatkowski", "Krawczyk", "Kaczmarek", "Piotrowski",
    "Grabowski", "Zając", "Pawłowski", "Michalski", "Król", "Wieczorek", "Jabłoński", "Wróbel", "Nowakowski", "Majewski", "Olszewski",
    "Stępień", "Malinowski", "Jaworski", "Adamczyk", "Dudek", "Nowicki", "Pawlak", "Górski", "Witkowski", "Walczak", "Sikora", "Baran",
    "Rutkowski", "Michalak", "Szewczyk", "Ostrowski", "Tomaszewski", "Pietrzak", "Żak", "Błaszczyk",
};
constexpr Text polish_m[] {
    "Piotr", "Krzysztof/Krzysiek/Chris", "Andrzej", "Tomasz/Tomek", "Paweł", "Marcin", "Michał", "Jan", "Jakub/Kuba", "Łukasz",
    "Grzegorz", "Adam", "Mateusz", "Wojciech/Wojtek", "Marek", "Kamil", "Dawid", "Sławomir", "Rafał", "Jarosław/Jarek", "Zbigniew/Zbyszek",
    "Mariusz", "Bartosz/Bartek", "Dariusz/Darek", "Artur", "Robert", "Przemysław/Przemek", "Sebastian",
};
constexpr Text polish_w[] {
    "Anna/Ania", "Katarzyna/Kasia", "Maria", "Małgorzata/Gosia", "Agnieszka/Aga", "Barbara/Basia", "Ewa", "Krystyna", "Magdalena/Magda",
    "Elżbieta/Ela", "Joanna/Asia", "Aleksandra/Ola", "Monika", "Zofia", "Natalia", "Justyna", "Beata", "Renata", "Dorota", "Karolina",
    "Paulina", "Sylwia", "Iwona", "Edyta", "Izabela/Iza", "Weronika", "Żaneta", "Patrycja",
};
constexpr Text surinamese[] {
    "Ramdin", "Singh", "Kalloe", "Bhagwandin", "Jankie", "Mahabier", "Ramlal", "Soekhoe", "Kartosen", "Wongsodikromo", "Amatredjo",
    "Pinas", "Emanuels", "Blijd", "Braafheid", "Landveld", "Kensmil", "Zeefuik", "Vreden", "Nooitmeer", "Goedhoop", "Wijngaarde",
    "Rozenblad", "Ligeon", "Tjon A Fat", "Tjin A Sie", "Lo Fo Wong", "Chin A Foeng", "Hoogvliets", "Biervliet", "Martina", "Maduro",
    "Isenia", "Felicia", "Rosalia", "Sambo", "Winklaar", "Cicilia", "Núñez", "de los Santos", "Garcia", "Pérez", "Da Silva", "Bandjar",
};
constexpr Text surinamese_m[] {
    "Romeo", "Humphrey", "Glenn", "Ricardo", "Anand", "Rajesh/Raj", "Dewanand/Dew", "Ronald/Ron", "Stanley", "Clyde", "Orlando",
    "Winston", "Delano", "Gilberto", "Juan", "José", "Angelo", "Ruben", "Iwan", "Sanjai", "Vishal", "Jermaine", "Giovanni", "Quincy",
};
constexpr Text surinamese_w[] {
    "Sharmila", "Anita", "Shanti", "Radha", "Gracia", "Jeanine", "Muriël", "Xiomara", "Ivette", "Marlène", "Soraya", "Sherida",
    "Chantal", "Natasha", "Priscilla", "Ruth", "Joyce", "Carmelita", "Indra", "Asha", "Roxanne", "Wonny", "Shirley", "Zulaika",
};
// clang-format on

} // namespace

std::span<Text const> turkish_family()
{
    return turkish;
}
std::span<Text const> turkish_men()
{
    return turkish_m;
}
std::span<Text const> turkish_women()
{
    return turkish_w;
}
std::span<Text const> moroccan_family()
{
    return moroccan;
}
std::span<Text const> moroccan_men()
{
    return moroccan_m;
}
std::span<Text const> moroccan_women()
{
    return moroccan_w;
}
std::span<Text const> polish_family()
{
    return polish;
}
std::span<Text const> polish_men()
{
    return polish_m;
}
std::span<Text const> polish_women()
{
    return polish_w;
}
std::span<Text const> surinamese_family()
{
    return surinamese;
}
std::span<Text const> surinamese_men()
{
    return surinamese_m;
}
std::span<Text const> surinamese_women()
{
    return surinamese_w;
}

} // namespace ketensync::region::lists
