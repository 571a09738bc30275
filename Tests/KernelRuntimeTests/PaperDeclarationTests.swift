import Kernel
import Testing

@testable import KernelRuntime

@Suite("Declared papers")
struct PaperDeclarationTests {
    private func record(_ papers: Paper...) -> RecordType {
        let session = RecordSamples.session
        return RecordType(
            id: session.id, table: session.table, words: session.words, path: session.path, apiPath: session.apiPath,
            fields: session.fields, titleField: session.titleField, columns: session.columns, search: [], order: session.order,
            permissions: session.permissions, workflow: session.workflow, actions: session.actions,
            files: [.one("copy", label: "Copie")], papers: papers)
    }

    private let sheet = Paper(
        "sheet", title: "Fiche", path: "fiche", needs: [.field("notes")], sealed: .on("hold"),
        sections: [.facts(["title"]), .text("notes")])

    @Test("a paper that holds together has no fault")
    func whole() { #expect(PaperFaults.of(record(sheet)).isEmpty) }

    @Test("each fault of a declaration is named")
    func faults() {
        let broken = Paper(
            "copy", title: "X", path: "x", needs: [.field("absent"), .lines("none")], sealed: .on("nothing", into: "a b"),
            sections: [.facts(["nowhere"]), .lines("none"), .text("gone"), .signaturesOf("none")])
        let told = PaperFaults.of(record(sheet, sheet, broken)).joined(separator: "\n")
        for word in [
            "two papers share a name", "two papers share a path", "share a name.", "needs absent", "needs none", "shows nowhere",
            "shows none",
            "shows gone", "is signed by none", "unknown action nothing", "keeps its file in a b",
        ] {
            #expect(told.contains(word), "\(word)")
        }
    }

    @Test("what is missing is said in sentences, by the declaration's own words where it has some")
    func missing() {
        let paper = Paper(
            "sheet", title: "Fiche", path: "fiche", needs: [.field("notes"), .field("ends_on", says: "Fixez d’abord la fin.")],
            sections: [])
        let needs = PaperNeeds(plan: RecordSamples.plan(record(paper)), paper: paper)
        #expect(
            needs.missing(RecordValues(), [:]).map(\.message) == ["Renseignez d’abord «\u{A0}Notes\u{A0}».", "Fixez d’abord la fin."])
        let refusal = needs.refusal(RecordValues(["notes": .text("x")]), [:])
        #expect(refusal?.status == 409 && refusal?.code == "incomplete" && refusal?.faults.map(\.field) == ["ends_on"])
        let day = CivilDate("2026-01-01")
        #expect(needs.refusal(RecordValues(["notes": .text("x"), "ends_on": FieldValue(day)]), [:]) == nil)
    }

    @Test("a paper has its addresses for people and for programs, sealed copies too")
    func addresses() {
        let faces = RecordSamples.plan(record(sheet))
        #expect(
            PaperScreens.pages(faces).map(\.path) == [
                "seances/:id/fiche.pdf", "seances/:id/imprimer/fiche", "seances/:id/imprimer/fiche/:copie",
            ])
        #expect(
            PaperAPI.endpoints(faces).map(\.path) == [
                "sessions/:id/papers", "sessions/:id/papers/sheet", "sessions/:id/papers/sheet/:file_id",
            ])
        #expect(PaperAPI.endpoints(RecordSamples.plan(record())).isEmpty)
    }
}
