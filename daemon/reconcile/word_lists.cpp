#include "daemon/reconcile/word_lists.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace ketensync::reconcile {

namespace {

/// Ascending.
constexpr auto prefixes = std::to_array<std::string_view>({
    "aan", "abou", "abu", "af", "ait", "al", "ben", "bij", "bin", "bint", "d", "da", "das", "de", "dela", "della",
    "dem", "den", "der", "des", "di", "do", "dos", "du", "el", "en", "het", "ibn", "in", "l", "la", "le", "les", "lo",
    "onder", "op", "over", "s", "t", "te", "ten", "ter", "tho", "thoe", "thor", "to", "toe", "tot", "uijt", "uit",
    "ul", "ur", "v", "van", "vanden", "vander", "vd", "ver", "vom", "von", "voor", "vor", "zu", "zum", "zur",
});

/// Ascending.
constexpr auto titles = std::to_array<std::string_view>({
    "10th", "1st", "2nd", "3rd", "4th", "5th", "6th", "7th", "8th", "9th", "baron", "baronet", "bsc", "dame",
    "dhr", "dr", "drs", "duke", "earl", "esq", "heer", "ii", "iii", "ing", "ir", "iv", "jhr", "jkvr", "jr", "lady",
    "lord", "mba", "md", "mevr", "mevrouw", "miss", "mr", "mrs", "ms", "msc", "mw", "phd", "prof", "professor",
    "rev", "reverend", "sir", "sr", "viscount",
});

/// One set a line: doopnaam and roepnaam, spellings from other scripts.
constexpr auto alike = std::to_array<std::string_view>({
    "johannes jan johan hans joop jo john jannes hannes joost",
    "johanna jo joke hanna hanneke jopie joanne janneke jannie jantje annie anne jos",
    "cornelis kees cees cor corneel niels nelis",
    "cornelia corrie cora nel nelly nelleke cokkie lia",
    "neeltje nel neel nelly",
    "wilhelmus willem wim pim willy wil",
    "willem wim pim wil",
    "wilhelmina willemijn mien mina mientje wilma minke helma willy wil mieke",
    "petrus piet peter pieter pierre",
    "petronella pietronella petra nel nelly ellen",
    "hendrik henk hendrikus henricus henri rik harry hein",
    "hendrika hennie henny riek rieke rika hetty henriette",
    "henriette jet jette",
    "jacobus jaap jacob ko koos sjaak jack jacco cobus jacques",
    "jacoba coba coby jacqueline",
    "gerardus gerard gert gerrit ger geert gerhard",
    "gerarda gerda grada truus gerrie",
    "geertruida truus trudy truida geertje trui",
    "antonius anton ton toon tonny theun antoon twan antoine",
    "antonia tonia toni toos antoinette anja",
    "maria marie mieke ria marietje mia marijke miep marieke marja marije mary",
    "elisabeth bep betty els elly lies liesbeth betsy elsje lisa liesje ellis elise lisette",
    "catharina trijntje toos trudy karin catrien ina rina trien cathy kaat carien",
    "katja katarina",
    "karen karin",
    "margaretha margreet margriet greet greetje gretha greta marga rita griet",
    "franciscus frans frank francis",
    "francisca fransje cisca francien",
    "theodorus theo dorus ted",
    "theodora dorothea thea dora doortje dorien",
    "adrianus adriaan ad arie janus adri adrie arjan",
    "adriana adrie jana ariaantje jeanne",
    "nicolaas nico klaas niek nick",
    "leonardus leo leonard leon leen",
    "lambertus bert lambert bart",
    "lamberta bertie",
    "albertus albert ab appie bert",
    "gijsbertus gijs gijsbert bert",
    "hubertus huub bert hub",
    "bernardus bernard ben",
    "martinus martin tinus maarten tijn marten",
    "marinus rinus",
    "michael michel mike michiel giel",
    "alexander alex sander lex xander sascha",
    "alexandra sandra xandra",
    "aleksandra ola",
    "christiaan christian chris",
    "christina christine tineke stien tina stine",
    "robert rob robbert robin bob",
    "thomas tom tommy",
    "matthijs mattheus thijs mathijs mattias matthias ties theo",
    "frederik fred freek frits ferry",
    "ferdinand ferry",
    "frederika freddy fredi rieka",
    "eduard ed eddy edward",
    "everardus evert eef",
    "rudolf ruud rudi roel",
    "roelof roel",
    "josephus jozef jos sjef joseph joost jef",
    "josephina jose josefien fien",
    "johanna jose",
    "lucas luuk",
    "lucia lucy",
    "philippus philip flip filip",
    "reinier rein",
    "rosalina roos",
    "samantha sam",
    "samuel sam",
    "benjamin ben",
    "daniel daan danny",
    "danielle daantje",
    "simon siem",
    "suzanna suzanne susanna susan suzan suus sanne",
    "isabel isa isabella",
    "sebastiaan bas sebas",
    "ijsbrand ijs",
    "aaltje alie aleida aleid",
    "grietje greet",
    "hermina mina hermien",
    "jannetje janny jannie",
    "carolina caroline carla lina lien carola",
    "brigitta brigitte",
    "charlotte lotte charlot",
    "magdalena lena leny magda madelon leni",
    "helena helene helen heleen ellen leentje hella leny",
    "anna annie anneke anne anouk antje anja ania annemiek annet",
    "annemarie annemiek",
    "wouter walter wout",
    "ludovicus lodewijk louis lou wiek",
    "laurentius laurens lau rens",
    "vincentius vincent vin",
    "stephanus stefan steven stephan",
    "stefanie stephanie steffie",
    "victoria vicky",
    "veronica vera roni",
    "patricia patries trish",
    "monica monique",
    "angela angelique",
    "teunis teun teus tony",
    "dirk dick diederik derk",
    "arie aart",
    "marcus mark marc marco",
    "rebecca becky",
    "esmeralda esmee",
    "ronald ron",
    "jennifer jenny jen",
    "godfried govert",
    "mohamed mohammed muhammed mohamad mohammad muhammad mo moh",
    "fatima fatma faatje fatiha",
    "ahmed ahmet achmed",
    "mustafa mostafa moustafa mustapha",
    "ali aly",
    "youssef yusuf yousef joesoef jusuf yousuf",
    "hassan hasan",
    "hussein huseyin houssein hossein",
    "ibrahim ebrahim brahim",
    "abdelkader abdul abdel kader",
    "noureddine nordin nourdin",
    "aicha ayse aisha ayesha",
    "khadija khadijah hatice",
    "katarzyna kasia",
    "malgorzata gosia",
    "agnieszka aga",
    "elzbieta ela",
    "joanna asia",
    "barbara basia",
    "izabela iza",
    "zofia zosia",
    "krzysztof krzysiek krzys chris",
    "tomasz tomek",
    "andrzej andreas andre andries dries",
    "bartosz bartek",
    "dariusz darek",
    "jakub kuba",
    "jaroslaw jarek",
    "przemyslaw przemek",
    "wojciech wojtek",
    "zbigniew zbyszek",
    "grzegorz grzesiek",
    "dewanand dew",
    "rajesh raj",
    "robert rob bob bobby bert robbie",
    "william will bill billy willie",
    "richard rick dick richie ricky",
    "james jim jimmy jamie",
    "john jack johnny jon",
    "jonathan jon",
    "edward ed eddie ted ned",
    "thomas tom tommy",
    "charles charlie chuck chas",
    "michael mike mick micky",
    "joseph joe joey",
    "daniel dan danny",
    "matthew matt",
    "anthony tony",
    "andrew andy drew",
    "david dave davy",
    "stephen steven steve",
    "christopher chris kit topher",
    "nicholas nick nicky",
    "benjamin ben benny",
    "samuel sam sammy",
    "alexander alex sandy alec",
    "gregory greg",
    "lawrence laurence larry",
    "henry harry hank",
    "francis frank",
    "frederick fred freddie",
    "george georgie",
    "gerald gerry jerry",
    "jeffrey geoffrey jeff geoff",
    "kenneth ken kenny",
    "leonard len leo",
    "patrick pat paddy",
    "peter pete",
    "philip phillip phil",
    "raymond ray",
    "ronald ron ronnie",
    "timothy tim",
    "walter walt",
    "zachary zach zac zack",
    "joshua josh",
    "jacob jake",
    "nathan nathaniel nate",
    "catherine katherine kathryn cathy kathy kate katie kitty",
    "elizabeth elisabeth liz lizzie beth betty eliza libby",
    "margaret maggie meg peggy madge",
    "mary molly polly",
    "sarah sara sally",
    "susan susannah sue susie",
    "patricia pat patty trish",
    "jennifer jenny jen",
    "jessica jess jessie",
    "rebecca becky becca",
    "deborah debra deb debbie",
    "dorothy dot dottie dolly",
    "victoria vicky tori",
    "christine christina tina chrissie",
    "alexandra alex sandra lexi",
    "samantha sam",
    "kimberly kim",
    "pamela pam",
    "theresa teresa terry tess",
    "abigail abby",
    "amanda mandy",
    "barbara barb",
    "caroline carrie carol",
    "charlotte lottie",
    "eleanor ellie nell",
    "florence flo florrie",
    "frances fran fanny",
    "isabella isabel bella",
    "jacqueline jackie",
    "josephine jo josie",
    "judith judy",
    "matilda tilly",
    "nancy ann anne anna annie",
    "harriet hattie",
    "emily em emma",
    "mohamed mohd mhd muhamed muhammet mehmet",
    "abdullah abdallah abdulla",
    "yusuf joseph",
    "eugene gene",
    "edmund ed ned",
});

/// Ascending by what is written short.
constexpr auto short_street_words = std::to_array<std::pair<std::string_view, std::string_view>>({
    { "ave", "avenue" },
    { "blvd", "boulevard" },
    { "cl", "close" },
    { "cr", "crescent" },
    { "cres", "crescent" },
    { "crt", "court" },
    { "ct", "court" },
    { "dr", "drive" },
    { "hwy", "highway" },
    { "ln", "lane" },
    { "pl", "place" },
    { "pln", "plein" },
    { "rd", "road" },
    { "sq", "square" },
    { "st", "street" },
    { "str", "straat" },
    { "wg", "weg" },
});

struct SetOf {
    std::string_view word;
    std::uint16_t set;
};

std::vector<SetOf> split_sets()
{
    std::vector<SetOf> words;
    for (std::size_t i = 0; i < alike.size(); ++i) {
        auto const set = alike[i];
        for (std::size_t from = 0; from < set.size();) {
            auto const to = std::min(set.find(' ', from), set.size());
            words.push_back({ set.substr(from, to - from), static_cast<std::uint16_t>(i + 1) });
            from = to + 1;
        }
    }
    std::sort(words.begin(), words.end(),
        [](SetOf const & a, SetOf const & b) { return std::pair(a.word, a.set) < std::pair(b.word, b.set); });
    return words;
}

struct Sets {
    std::vector<std::string_view> words;
    std::vector<std::uint16_t> numbers;

    Sets()
    {
        for (auto const & [word, set] : split_sets()) {
            words.push_back(word);
            numbers.push_back(set);
        }
    }
};

} // namespace

bool is_surname_prefix(std::string_view word)
{
    return std::binary_search(prefixes.begin(), prefixes.end(), word);
}

bool is_title(std::string_view word)
{
    return std::binary_search(titles.begin(), titles.end(), word);
}

std::span<std::uint16_t const> alike_sets(std::string_view word)
{
    static Sets const sets;
    auto const [first, last] = std::equal_range(sets.words.begin(), sets.words.end(), word);
    return std::span(sets.numbers)
        .subspan(static_cast<std::size_t>(first - sets.words.begin()), static_cast<std::size_t>(last - first));
}

std::string_view street_word(std::string_view word)
{
    auto const found = std::lower_bound(short_street_words.begin(), short_street_words.end(), word,
        [](auto const & entry, std::string_view wanted) { return entry.first < wanted; });
    return found != short_street_words.end() && found->first == word ? found->second : word;
}

} // namespace ketensync::reconcile
