import Kernel
import Testing

@testable import KernelRuntime

@Suite("Files of records: names, room, places")
struct RecordFileTests {
    @Test(
        "a file is kept under plain words",
        arguments: [
            ("Feuille d’émargement du 12 mars", "feuille-d-emargement-du-12-mars"), ("Œuvre « Été »", "oeuvre-ete"), ("../../etc", "etc"),
            ("CON.pdf", "con-pdf"), ("  ", nil), ("日本", nil),
        ])
    func names(title: String, name: String?) { #expect(French.fileName(title) == name) }

    @Test("there is room until the last byte", arguments: [(90, 10, true), (90, 11, false), (0, 100, true), (100, 1, false), (120, 0, false)])
    func room(kept: Int, more: Int, fits: Bool) {
        let refusal = FileQuota.refusal(kept: kept, more: more, most: 100)
        #expect((refusal == nil) == fits && (fits || refusal?.code == "no_room"))
    }

    @Test("a form takes one file for each place, the largest of their limits each")
    func forms() {
        let small = FileRule(kinds: [.pdf], maximumBytes: 1_000, help: "PDF.", accept: ".pdf", tooLarge: "Trop.")
        let plan = RecordSamples.plan(record(RecordFiles("a", label: "A", rule: small, most: 1), .papers("b", label: "B")))
        #expect(RecordFileInputs(plan: plan).upload?.maximumFiles == 2)
        #expect(RecordFileInputs(plan: plan).upload?.maximumBytes == PaperCheck.mostBytes)
        #expect(RecordFileInputs(plan: RecordSamples.plan(RecordSamples.room)).upload == nil, "a form without files takes none")
    }

    @Test("a place that nothing can carry out is told before the start")
    func faults() {
        #expect(RecordFaces.faults(record(.one("signed_copy", label: "Exemplaire", during: ["DRAFT"]), .papers("papers", label: "P"))).isEmpty)
        let wrong = record(
            .one("hold", label: "H", during: ["NOWHERE"]), .one("hold", label: "H"), .papers("Papers", label: "P", most: 101))
        #expect(RecordFaces.faults(wrong).count == 6, "\(RecordFaces.faults(wrong))")
    }

    @Test("files come and go in their states, for those who may change the record")
    func states() {
        let plan = RecordSamples.plan(record(.one("copy", label: "C", during: ["HELD"]), .papers("papers", label: "P", writing: "sample.own")))
        func names(_ permissions: Set<String>, _ state: String) -> [String] {
            let access = Access(
                channel: .session, account: nil, displayName: "", professional: nil, roles: [], permissions: permissions, modules: [],
                msp: MspHandle(id: RecordSamples.msp, slug: "a", name: "A", town: "", timeZone: "Europe/Paris"))
            return plan.slots(for: access, RecordValues(["status": .text(state)])).map(\.name)
        }
        #expect(names(["sample.session.write"], "HELD") == ["copy"] && names(["sample.session.write"], "DRAFT").isEmpty)
        #expect(names(["sample.own"], "DRAFT") == ["papers"] && names([], "HELD").isEmpty)
    }

    private func record(_ files: RecordFiles...) -> RecordType {
        let session = RecordSamples.session
        return RecordType(
            id: session.id, table: session.table, words: session.words, path: session.path, apiPath: session.apiPath,
            fields: session.fields, titleField: session.titleField, columns: session.columns, search: [], order: session.order,
            permissions: session.permissions, workflow: session.workflow, actions: session.actions, files: files)
    }
}
