import HTML
import Kernel
import KernelUI
import Testing

@testable import KernelRuntime

@Suite("Forms given back")
struct FormFillingTests {
    private static let hostile = "</textarea><script>x</script>\" onfocus=\"x' & <b>"

    private func page(_ text: String = "Avant", chosen: String = "a") -> [UInt8] {
        let h = HTMLWriter()
        h.body {
            h.main {
                h.postForm(action: "/autre", csrf: "c") { h.textareaField(Field("Texte", name: "text"), value: "Ailleurs") }
                h.postForm(action: "/notes", csrf: "c") {
                    h.hiddenInput("point", "1")
                    h.textareaField(Field("Texte", name: "text"), value: text)
                    h.selectField(
                        Field("Choix", name: "choice"), options: [FieldOption("a", "Un"), FieldOption("b", "Deux")], value: chosen)
                    h.checkField(Field("Oui", name: "yes"), isOn: true)
                    h.passwordField(Field("Mot de passe", name: "password"))
                }
            }
        }
        return h.bytes
    }

    private func form(_ page: [UInt8]) throws -> MarkupForm {
        try #require(page.withUnsafeBufferPointer { Markup.forms($0) }.first { $0.tag["action"] == "/notes" })
    }

    private func typed(_ text: String, point: String = "1") -> FormValues {
        FormValues([
            (name: "point", value: point), (name: "text", value: text), (name: "choice", value: "b"), (name: "password", value: "secret"),
        ])
    }

    @Test(
        "what was typed is in its inputs, hostile or not, and nothing of it becomes markup",
        arguments: [hostile, "\nPremière ligne vide", "Après"])
    func filled(text: String) throws {
        let refusal = Refusal.invalid([FieldFault("text", "Trop long."), FieldFault("unknown", "Autre chose.")])
        let filling = FormFilling(action: "/notes", typed: typed(text), reason: .refused(refusal), page: "/page")
        let answer = try #require(filling.filled(page()))
        let words = String(decoding: answer, as: UTF8.self)
        #expect(!words.contains("<script") && !words.contains(" onfocus=\"x\"") && !words.contains("\"secret\""))
        let form = try form(answer)
        let values = Dictionary(grouping: form.controls, by: \.name).mapValues { $0.last?.values ?? [] }
        #expect(values["text"] == [text] && values["choice"] == ["b"] && values["password"] == [""])
        #expect(form.controls.first { $0.name == "yes" }?.isOn == false)
        #expect(form.hidden("_page") == "/page" && words.contains("data-refused"))
        #expect(words.contains("href=\"#champ-text\"") && words.contains("Autre chose.") && words.contains("Ailleurs"))
    }

    @Test("both versions are shown where they differ, and only there")
    func outdated() throws {
        let filling = FormFilling(action: "/notes", typed: typed("Le mien"), reason: .outdated, page: "/page")
        let words = String(decoding: try #require(filling.filled(page("Le sien", chosen: "b"))), as: UTF8.self)
        #expect(words.contains("Le mien") && words.contains("Le sien") && words.contains("versions__theirs"))
        #expect(words.split(separator: "versions__mine").count == 2)
    }

    @Test("forms that share an address are told apart by what travels unseen")
    func other() {
        #expect(FormFilling(action: "/notes", typed: typed("x", point: "2"), reason: .outdated, page: "/").filled(page()) == nil)
    }

    @Test("the digest changes with what is shown, and stays with what is typed again after a refusal")
    func seen() throws {
        let first = try form(page()).hidden("_seen")
        #expect(try first != nil && form(page()).hidden("_seen") == first && form(page("Autre")).hidden("_seen") != first)
        let h = HTMLWriter()
        h.posted = (path: "/notes", seen: "abc")
        h.postForm(action: "/notes", csrf: "c") { h.textareaField(Field("Texte", name: "text"), value: "x") }
        #expect(h.string.contains("name=\"_seen\" value=\"abc\""))
        let new = HTMLWriter()
        new.postForm(action: "/notes", csrf: "c", changes: false) { new.textareaField(Field("Texte", name: "text")) }
        #expect(!new.string.contains("_seen"))
    }
}
