import HTML
import Kernel
import Testing

@testable import KernelUI

/// What a fragment writes, as a string.
private func written(_ fragment: Fragment) -> String {
    let h = HTMLWriter()
    h.render(fragment)
    return h.string
}

@Suite("Components")
struct ComponentTests {
    private static let hostile = "\"><script>alert('x')</script>"

    @Test("no component lets a text become markup")
    func hostile() {
        let text = Self.hostile
        let page = written { h in
            h.button(text, icon: .add)
            h.linkButton(text, href: text)
            h.postButton(text, action: text, csrf: text, fields: [(name: text, value: text)])
            h.chip(text, tone: .warn)
            h.fact(text, text)
            h.message(text, tone: .stop)
            h.errorSummary([FieldFault(text, text)])
            h.textField(Field(text, name: text, help: text, error: text, required: true), value: text)
            h.textareaField(Field(text, name: text), value: text)
            h.choiceField(Field(text, name: text), options: [FieldOption(text, text)], value: text)
            h.selectField(Field(text, name: text), options: [FieldOption(text, text)], value: text, none: text)
            h.checkField(Field(text, name: text, help: text, error: text))
            h.table(
                text, columns: [TableColumn(text, sort: .init(href: text, isAscending: true)), TableColumn(text)],
                selection: TableSelection(), totals: [text, text]
            ) { table in
                table.row(id: text, name: text) { row in
                    row.title(text, href: text)
                    row.cell(text)
                }
            }
            h.filters(action: text, search: text) {}
            h.filterTags([FilterTag(text, removeHref: text)], clearHref: text)
            h.pager(Pager(position: text, previousHref: text, nextHref: text, pages: [(text, text, false)]))
            h.tabs(text, [Tab(text, href: text, isCurrent: false, count: 1)])
            h.breadcrumb([Crumb(text, href: text)])
            h.stepper([text], current: 0)
            h.disclosure(text) {}
            h.card(text, link: (text, text)) {}
            h.definitionList([(text, text)])
            h.person(name: text, role: text)
            h.timeline([TimelineEntry(when: text, text)])
            h.progress(text, value: 1, of: 2, words: text)
            h.seal(text, date: text, digest: text, href: text)
            h.empty(text)
            h.qr(text, label: text)
            h.barChart(text, bars: [ChartBar(text, value: 1, text: text)], unit: text, note: text)
            h.confirmation(text, action: text, csrf: text, submit: text, cancelHref: text, consequences: [text])
        }
        #expect(!page.contains("<script") && !page.contains("'x'"))
        #expect(!page.contains("style=") && !page.contains(" onclick"))
    }

    @Test("a field ties its label, help and error to its input")
    func field() {
        let page = written { h in
            h.textField(
                Field("Titre", name: "title", help: "Court", error: "Indiquez un titre.", required: true), value: "A & B", maxLength: 120)
        }
        #expect(page.contains(#"<label class="field__label" for="champ-title">"#))
        #expect(
            page.contains(
                #"id="champ-title" name="title" required aria-invalid="true" aria-describedby="champ-title-aide champ-title-erreur""#))
        #expect(page.contains(#"value="A &amp; B""#) && page.contains(#"data-most="120""#) && !page.contains("maxlength"))
        #expect(page.contains(#"id="champ-title-aide""#) && page.contains(#"id="champ-title-erreur""#))
    }

    @Test("fewer than eight choices are buttons, more are a list")
    func choices() {
        let few = written { $0.choiceField(Field("Type", name: "t"), options: (0..<7).map { FieldOption("\($0)", "n\($0)") }, value: "3") }
        #expect(few.contains("type=\"radio\"") && few.contains("value=\"3\" checked"))
        let many = written { $0.choiceField(Field("Type", name: "t"), options: (0..<8).map { FieldOption("\($0)", "n\($0)") }, value: "3") }
        #expect(many.contains("<select") && many.contains("<option value=\"3\" selected>"))
    }

    @Test("a summary leads to the fields and is absent without errors")
    func summary() {
        #expect(written { $0.errorSummary([]) } == "")
        let page = written { $0.errorSummary([FieldFault("a", "Indiquez une date."), FieldFault("b", "Indiquez une heure.")]) }
        #expect(page.contains("2\u{A0}informations sont à corriger") && page.contains("<a href=\"#champ-a\">Indiquez une date.</a>"))
    }

    @Test("a sorted column says so; cells bear their column's name; an absent value is a dash")
    func table() {
        let page = written { h in
            h.table(
                "Réunions",
                columns: [TableColumn("Titre"), TableColumn("Durée", .number, sort: .init(href: "?tri=duree", isAscending: false))]
            ) { table in
                table.row { row in
                    row.title("RCP", href: "/r/1")
                    row.cell(nil as String?)
                    row.cell("en trop")
                }
            }
        }
        #expect(
            page.contains("aria-sort=\"descending\"")
                && page.contains("<td class=\"num\" data-label=\"Durée\"><span class=\"soft table__none\">—</span></td>"))
        #expect(page.contains("<th scope=\"row\"><a href=\"/r/1\">RCP</a></th>") && !page.contains("en trop"))
    }

    @Test("state words have their icon, whatever their gender")
    func icons() {
        #expect(Icon.forWord("Validée") == .validated && Icon.forWord("Close") == .closed && Icon.forWord("Clos") == .closed)
        #expect(Icon.forWord("Brouillon") == .draft && Icon.forWord("En retard") == .late && Icon.forWord("Autre") == nil)
    }

    @Test(
        "initials",
        arguments: [
            ("Claire Martin", "CM"), ("Dr Anne de La Tour", "AT"), ("Élodie", "É"), ("", "?"), ("Mme Jeanne-Marie d’ Arc", "JA"),
            ("123", "?"),
        ])
    func initials(name: String, letters: String) {
        #expect(Initials.of(name) == letters)
    }

    @Test("an amount below zero says « moins »")
    func amount() {
        let page = written { $0.amount(cents: -123_450) }
        #expect(page.contains("\u{2212}1\u{202F}234,50\u{A0}€") && page.contains("moins 1234,50 euros"))
    }

    @Test("a QR code is a square of runs, the same for the same text, none when nothing fits")
    func qr() throws {
        let code = try #require(QRCode("https://collectif.example/l/8fK2mQp0z7Lr4nVx"))
        #expect(code.width == 33 && code.outline.hasPrefix("M4 4h7v1h-7z"))
        #expect(QRCode("https://collectif.example/l/8fK2mQp0z7Lr4nVx")?.outline == code.outline)
        #expect(QRCode("") == nil && QRCode(String(repeating: "é", count: 3_000)) == nil && QRCode("a\u{0}b") == nil)
    }

    @Test("a chart holds its figures as a table")
    func chart() {
        let page = written {
            $0.barChart("Réunions", bars: [ChartBar("RCP", value: 34, text: "34"), ChartBar("Vide", value: 0, text: "0")], unit: "Nombre")
        }
        #expect(page.contains("Voir les chiffres") && page.contains("<th scope=\"row\">RCP</th>") && page.contains("width=\"0\""))
    }
}
