#include "tests/formats/reading.hpp"
#include "tests/formats/workbook.hpp"
#include "tests/support/temporary_folder.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <xlsxwriter.h>

#include <fstream>
#include <iterator>

namespace ketensync::formats {

using testing::ElementsAre;
using testing::HasSubstr;

namespace {

constexpr auto header = R"(<row r="1"><c r="A1" t="str"><v>Naam</v></c><c r="B1" t="str"><v>BSN</v></c></row>)";

Layout layout()
{
    Layout layout;
    layout.format = Format::xlsx;
    return layout;
}

std::vector<std::string> rows(std::string const & page, Layout const & of = layout())
{
    auto const fenced = Fenced(page);
    auto found = cut(fenced.bytes(), of);
    EXPECT_EQ(outcome(found.result), "ok");
    EXPECT_EQ(found.contexts, 0);
    return found.documents;
}

std::string refused(std::string const & page, Limits const & limits = {}, Layout const & of = layout())
{
    auto const fenced = Fenced(page);
    auto const found = cut(fenced.bytes(), of, limits);
    EXPECT_FALSE(found.result);
    EXPECT_EQ(found.result ? Failure::bug : found.result.error().failure, Failure::bad_page);
    return found.result ? "" : found.result.error().what;
}

std::string sheet(std::string_view below)
{
    return Workbook().rows(std::string(header) + std::string(below)).bytes();
}

} // namespace

TEST(Xlsx, WritesEachRowByItsColumns)
{
    auto const page = sheet(R"(<row r="2"><c r="A2" t="str"><v>De "Vries"</v></c><c r="B2"><v>10002546</v></c></row>)"
                            R"(<row r="3"/><row r="4"><c r="B4"/></row><row r="7"><c r="B7" t="b"><v>1</v></c></row>)");
    EXPECT_THAT(rows(page), ElementsAre(R"({"Naam":"De \"Vries\"","BSN":10002546})", R"({"Naam":null,"BSN":true})"));
    EXPECT_EQ(read(rows(page)[1], layout()), "{Naam:null,BSN:true}");
}

TEST(Xlsx, ReadsTextsWhereverTheyStand)
{
    auto const page
        = Workbook()
              .shared_texts(
                  "<si><t>Naam</t></si><si><r><t>Jan</t></r><r><t xml:space=\"preserve\"> de </t></r>"
                  "<r><t>Boer</t></r><rPh><t>uitspraak</t></rPh></si><si><t>twee_x000D_regels_x005F_x000D_</t></si>")
              .rows(
                  R"(<row><c t="s"><v>0</v></c><c t="inlineStr"><is><t>Soort</t></is></c></row>)"
                  R"(<row><c t="s"><v>1</v></c><c t="inlineStr"><is><r><t>in</t></r><r><t>lijn</t></r></is></c></row>)"
                  R"(<row><c t="s"><v>2</v></c><c t="str"><f>A1</f><v>Naam</v></c></row>)")
              .bytes();
    EXPECT_THAT(rows(page),
        ElementsAre(
            R"({"Naam":"Jan de Boer","Soort":"inlijn"})", R"({"Naam":"twee\u000dregels_x000D_","Soort":"Naam"})"));
}

TEST(Xlsx, WritesDatesByTheirStyleAndByTheirColumn)
{
    Workbook book;
    book.styles(R"(<numFmt numFmtId="170" formatCode="d mmmm yyyy"/>)",
        R"(<xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/><xf numFmtId="22"/>)");
    book.rows(
        R"(<row><c t="str"><v>a</v></c><c t="str"><v>b</v></c><c t="str"><v>c</v></c><c t="str"><v>d</v></c></row>)"
        R"(<row><c s="1"><v>44562</v></c><c s="2"><v>44563</v></c><c s="3"><v>44564.25</v></c><c><v>44565</v></c></row>)"
        R"(<row><c s="1"><v>-3</v></c><c t="d"><v>2022-01-02</v></c><c s="99"><v>1</v></c><c t="str"><v>NNB</v></c></row>)");
    auto of = layout();
    EXPECT_THAT(rows(book.bytes(), of),
        ElementsAre(R"({"a":"2022-01-01","b":"2022-01-02","c":"2022-01-03T06:00:00","d":44565})",
            R"({"a":-3,"b":"2022-01-02","c":1,"d":"NNB"})"));
    of.dates = { "d" };
    EXPECT_THAT(rows(book.bytes(), of)[0], HasSubstr(R"("d":"2022-01-04")"));
    EXPECT_THAT(rows(book.of_1904().bytes(), of)[0], HasSubstr(R"("a":"2026-01-02")"));
}

TEST(Xlsx, TakesTheSavedValueOfAFormulaAndNoErrorForAValue)
{
    auto const page = sheet(R"(<row><c><f>1+1</f><v>2</v></c><c t="e"><f>1/0</f><v>#DIV/0!</v></c></row>)"
                            R"(<row><c><f>1+1</f></c><c t="str"><f>""</f><v></v></c></row>)"
                            R"(<row><c><v>twee</v></c></row>)");
    EXPECT_THAT(rows(page),
        ElementsAre(R"({"Naam":2,"BSN":{"error":"#DIV/0!"}})",
            R"({"Naam":{"error":"a formula that was never worked out"},"BSN":""})",
            R"({"Naam":{"error":"no number"},"BSN":null})"));
}

TEST(Xlsx, KeepsWhatStandsOutsideTheNamedColumns)
{
    auto const page = sheet(R"(<row r="2"><c r="A2"><v>1</v></c><c r="AJ2" t="str"><v>let op</v></c></row>)");
    EXPECT_THAT(rows(page), ElementsAre(R"({"Naam":1,"BSN":null,"#AJ":"let op"})"));
}

TEST(Xlsx, ReadsTheSheetTheHeaderAndTheColumnsThatTheLayoutNames)
{
    auto of = layout();
    of.sheet = "Verborgen";
    EXPECT_THAT(rows(Workbook().bytes(), of), ElementsAre(R"({"geheim":1})"));
    of.sheet = "Blad2";
    EXPECT_THAT(refused(Workbook().bytes(), {}, of), HasSubstr("no sheet 'Blad2', but Verborgen, Blad1"));

    of = layout();
    of.header_row = 3;
    auto const page
        = Workbook()
              .rows(R"(<row r="1"><c t="str"><v>Overzicht 2026</v></c></row><row r="3"><c t="str"><v> 1e uitk&#10;dag )"
                    R"(</v></c></row><row r="4"><c><v>5</v></c></row>)")
              .bytes();
    EXPECT_THAT(rows(page, of), ElementsAre(R"({"1e uitk dag":5})"));
    of.header_row = 2;
    EXPECT_THAT(refused(page, {}, of), HasSubstr("row 2 of the sheet names no columns"));

    of = layout();
    of.header = false;
    of.columns = { "x", "y" };
    EXPECT_THAT(rows(page, of),
        ElementsAre(
            R"({"x":"Overzicht 2026","y":null})", R"({"x":" 1e uitk\u000adag ","y":null})", R"({"x":5,"y":null})"));
}

TEST(Xlsx, RefusesWhatIsNoWorkbookAndSaysWhatItIs)
{
    using namespace std::literals;
    auto const office = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 Workbook"s;
    EXPECT_THAT(refused(office), HasSubstr("before 2007 (.xls): save it as .xlsx"));
    EXPECT_THAT(refused(office + "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0"s), HasSubstr("without a password"));
    EXPECT_THAT(refused(zipped(Workbook().parts, "wachtwoord")), HasSubstr("encrypted: deliver it without a password"));
    EXPECT_THAT(refused(zipped({ { "mimetype", "application/vnd.oasis.opendocument.spreadsheet" } })),
        HasSubstr("holds no workbook of Excel"));
    auto binary = Workbook();
    auto & root = binary.parts["_rels/.rels"];
    root.replace(root.find("workbook.xml"), 12, "workbook.bin");
    EXPECT_THAT(refused(binary.bytes()), HasSubstr(".xlsb"));
    EXPECT_THAT(refused("<html><body>Log in"), HasSubstr("HTML"));
    EXPECT_THAT(refused("naam;bsn\r\n"), HasSubstr("something else"));
    EXPECT_THAT(refused(""), HasSubstr("something else"));
}

TEST(Xlsx, RefusesADamagedArchiveWhereverItIsDamaged)
{
    std::string below;
    for (int row = 2; row < 60; ++row) {
        below += fmt::format(R"(<row r="{0}"><c r="A{0}"><v>{1}</v></c></row>)", row, row * 7919 % 1000);
    }
    auto const whole = sheet(below);
    auto const sound = rows(whole);
    for (std::size_t size = 2; size < whole.size(); size += 13) {
        EXPECT_THAT(refused(whole.substr(0, size)), HasSubstr("damaged")) << size;
    }
    // A byte that is another one is either found out or of no importance; never is a row another one.
    for (std::size_t at = 0; at < whole.size(); ++at) {
        auto changed = whole;
        changed[at] = static_cast<char>(changed[at] ^ 0x10);
        auto const found = cut(changed, layout());
        if (found.result) {
            EXPECT_EQ(found.documents, sound) << at;
        }
    }
}

TEST(Xlsx, RefusesASheetThatIsNotInOrder)
{
    EXPECT_THAT(refused(sheet(R"(<row r="2"><c r="B2"><v>1</v></c><c r="A2"><v>1</v></c></row>)")),
        HasSubstr("row 2 of the sheet: its cells are not in order"));
    EXPECT_THAT(
        refused(sheet(R"(<row r="2"><c r="A2"><v>1</v></c><c r="A2"><v>1</v></c></row>)")), HasSubstr("not in order"));
    EXPECT_THAT(refused(sheet(R"(<row r="3"><c><v>1</v></c></row><row r="2"><c><v>1</v></c></row>)")),
        HasSubstr("not in order"));
    EXPECT_THAT(refused(sheet(R"(<row r="2"><c r="ZZZZ2"><v>1</v></c></row>)")), HasSubstr("stands in no column"));
    EXPECT_THAT(refused(sheet(R"(<row r="2"><c t="s"><v>4</v></c></row>)")), HasSubstr("refers to a text"));
    EXPECT_THAT(refused(sheet(R"(<row r="9999999999"><c><v>1</v></c></row>)")), HasSubstr("not in order"));
    EXPECT_THAT(refused(Workbook().rows(R"(<row><c t="str"><v>a</v></c><c t="str"><v> a</v></c></row>)").bytes()),
        HasSubstr("names a column twice"));
    EXPECT_THAT(refused(Workbook().bytes()), HasSubstr("names no columns"));
    auto doctype = Workbook();
    doctype.parts["xl/workbook.xml"].insert(0, "<!DOCTYPE workbook [<!ENTITY a 'b'>]>");
    EXPECT_THAT(refused(doctype.bytes()), HasSubstr("xl/workbook.xml: the XML holds a DOCTYPE"));
    std::string deep;
    for (int i = 0; i < 100'000; ++i) {
        deep += "<a>";
    }
    EXPECT_THAT(refused(sheet(deep)), HasSubstr("nested too deep"));
}

TEST(Xlsx, RefusesABombBeforeItGoesOff)
{
    // 200 MB of the same: deflated to a thousandth of that.
    auto const bomb = sheet(std::string(200U << 20U, ' '));
    EXPECT_LT(bomb.size(), 1U << 20U);
    EXPECT_THAT(refused(bomb), HasSubstr("more than 100 times its size"));
    auto texts = Workbook();
    texts.shared_texts("<si><t>" + std::string(100'000, 'a') + "</t></si>");
    Limits limits;
    limits.shared_bytes_max = 50'000;
    EXPECT_THAT(refused(texts.bytes(), limits), HasSubstr("texts of the workbook are larger"));
    limits = {};
    limits.unpacked_bytes_max = 1'000;
    EXPECT_THAT(refused(sheet(""), limits), HasSubstr("unpacks to more than 1000 bytes"));
    limits = {};
    limits.item_bytes_max = 1'000;
    EXPECT_THAT(refused(sheet("<row><c t=\"str\"><v>" + std::string(1'001, 'a') + "</v></c></row>"), limits),
        HasSubstr("row 2 of the sheet: it holds more than 1000 bytes"));
    limits = {};
    limits.items_max = 1;
    EXPECT_THAT(
        refused(sheet("<row><c><v>1</v></c></row><row><c><v>2</v></c></row>"), limits), HasSubstr("more than 1 rows"));
}

TEST(Xlsx, ReadsWhatAnotherProgramWrote)
{
    support::TemporaryFolder const folder;
    auto const file = folder.path() / "deelnemers.xlsx";
    auto * const book = workbook_new(file.c_str());
    auto * const date = workbook_add_format(book);
    format_set_num_format(date, "dd-mm-yyyy");
    auto * const sheet = workbook_add_worksheet(book, "Deelnemers");
    worksheet_write_string(sheet, 0, 0, "Naam", nullptr);
    worksheet_write_string(sheet, 0, 1, "Start", nullptr);
    worksheet_write_string(sheet, 0, 2, "BSN", nullptr);
    worksheet_write_string(sheet, 1, 0, "Żáïŀ & Zn. <b>", nullptr);
    lxw_datetime start { 2026, 3, 29, 0, 0, 0 };
    worksheet_write_datetime(sheet, 1, 1, &start, date);
    worksheet_write_number(sheet, 1, 2, 80000071, nullptr);
    worksheet_write_formula_num(sheet, 2, 2, "=C2+1", nullptr, 80000072);
    worksheet_write_formula_str(sheet, 2, 0, "=A2", nullptr, "Jansen");
    ASSERT_EQ(workbook_close(book), LXW_NO_ERROR);
    std::ifstream stream(file, std::ios::binary);
    std::string const page((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
    EXPECT_THAT(rows(page),
        ElementsAre(R"({"Naam":"Żáïŀ & Zn. <b>","Start":"2026-03-29","BSN":80000071})",
            R"({"Naam":"Jansen","Start":null,"BSN":80000072})"));
}

} // namespace ketensync::formats
