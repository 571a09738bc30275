import Kernel
import KernelUI
import Testing

@Suite("Documents of the house")
struct PaperTests {
    private let msp = MspHandle(
        id: Identifier.derived(from: "msp"), slug: "a", name: "MSP du Test", town: "Ville", timeZone: "Europe/Paris")

    private func text(_ content: PaperContent, copy: PaperCopy? = nil) -> String {
        String(decoding: PrintDocument(content, title: "Compte-rendu", of: msp, copy: copy).html, as: UTF8.self)
    }

    @Test("the frame says whose paper it is, what it is called and, at the foot, both")
    func frame() {
        let page = text(PaperContent(subject: "Équipe", [.text("Un.\n\nDeux.")]))
        #expect(page.contains("<title>Compte-rendu</title>") && page.contains("<meta name=\"author\" content=\"MSP du Test\">"))
        #expect(page.contains("<div class=\"print__foot\">MSP du Test – compte-rendu</div>"))
        #expect(page.contains("<h1 class=\"doc__title\">Compte-rendu</h1><p class=\"doc__facts\">Équipe</p>"))
        #expect(page.contains("<p>Un.</p><p>Deux.</p>"))
    }

    @Test("what has nothing to say is left out, its title too")
    func empty() {
        let page = text(
            PaperContent([
                .section("Vide", [.facts([("Lieu", nil), ("Jour", "")]), .list([]), .text(nil), .table(PaperTable("T", ["A"], []))]),
                .section("Pleine", [.facts([("Lieu", nil), ("Jour", "lundi")])]), .note(label: "Décision", ""),
            ]))
        #expect(!page.contains("Vide") && !page.contains("Lieu") && !page.contains("decision"))
        #expect(page.contains("<h2>Pleine</h2>") && page.contains("<dt>Jour</dt><dd>lundi</dd>"))
    }

    @Test("a table names its lines, sets figures on the right and smaller lines below")
    func table() {
        let table = PaperTable(
            "Pièces", [.number("N°"), .name("Pièce"), .digest("Fichier")], [["1", "Charte\nsignée", "a.pdf\nabc"]],
            totals: ["Total", "", "1"])
        let page = text(PaperContent([.table(table)]))
        #expect(page.contains("<th scope=\"col\" class=\"num\">N°</th>"))
        #expect(page.contains("<th scope=\"row\">Charte<span class=\"doc__line\">signée</span></th>"))
        #expect(page.contains("a.pdf<span class=\"doc__digest\">abc</span>"))
        #expect(page.contains("<tfoot><tr><th scope=\"row\">Total</th>"))
    }

    @Test("the digest is of the words: neither the day nor the stamp nor the frame of a draft changes it")
    func digest() {
        var content = PaperContent(subject: "Équipe", [.text("Un.")])
        let digest = content.digest
        content.draft = "Brouillon"
        #expect(content.digest == digest && digest.count == 64)
        let made = PaperCopy(made: "29 novembre 2026")
        let sealed = PaperCopy(made: "29/11/2026 à 10:00", seal: .init(words: "Scellé", by: "Claire", version: 2))
        #expect(text(content, copy: made).contains(digest) && text(content, copy: sealed).contains(digest))
        #expect(text(content, copy: sealed).contains("Le 29/11/2026 à 10:00 par Claire, version 2"))
        #expect(!text(content).contains(digest), "a document that must be the same whenever it is made")
        #expect(PaperContent(subject: "Équipe", [.text("Deux.")]).digest != digest)
    }
}
