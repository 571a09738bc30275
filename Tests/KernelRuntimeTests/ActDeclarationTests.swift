import Kernel
import Testing

@testable import KernelRuntime

@Suite("What the acts of a record declare is checked before the start")
struct ActDeclarationTests {
    private static func record(
        _ next: [String: Set<String>] = ["DRAFT": ["SENT"]], editable: Set<String> = ["DRAFT"], sets: [FieldSetting] = ["sent_on"],
        from: Set<String>? = ["DRAFT"], evidence: ActEvidence? = nil
    ) -> RecordType {
        RecordType(
            id: "sample.letter", table: "sample.letter", words: RecordWords("lettre", "lettres", isFeminine: true, purpose: "Les lettres."),
            path: "lettres", apiPath: "letters",
            fields: [
                RecordField("title", .text(max: 80), label: "Objet"), RecordField("state", .text(max: 20), label: "État", readOnly: true),
                RecordField("sent_on", .date, label: "Envoyée le", readOnly: true),
            ], titleField: "title", columns: ["title"], search: ["title"], order: RecordOrder("title"),
            permissions: RecordPermissions(read: "r", create: nil, update: nil, archive: nil),
            workflow: Workflow(
                field: "state", states: [.init("DRAFT", "Brouillon", .note), .init("SENT", "Envoyée", .done)], editable: editable,
                next: next),
            actions: [
                RecordAction(
                    "send", label: "Envoyer", path: "envoyer", apiPath: "send", permission: "w", from: from, to: "SENT",
                    fields: [RecordField("sent_on", .date, label: "Envoyée le")], sets: sets, evidence: evidence
                ) { _, _ in ActionOutcome("Envoyée.") }
            ])
    }

    @Test("what holds together is accepted")
    func accepted() { #expect(BootChecks.acts(Self.record()).isEmpty) }

    @Test("an act leads only where the graph allows, from every state that it starts from")
    func graph() {
        #expect(BootChecks.acts(Self.record([:])) == ["the action send leads from DRAFT to SENT, which the graph does not allow."])
        #expect(BootChecks.acts(Self.record(from: nil)).isEmpty, "from the state itself nothing moves")
        #expect(BootChecks.acts(Self.record(["DRAFT": ["SENT"], "LOST": ["GONE"]])).count == 2)
        #expect(BootChecks.acts(Self.record(editable: ["OLD"])) == ["it may be changed in the unknown state OLD."])
    }

    @Test("an act sets fields of the record, from what it asks")
    func settings() {
        #expect(BootChecks.acts(Self.record(sets: [.now("nothing")])) == ["the action send sets nothing, which is no field."])
        #expect(
            BootChecks.acts(Self.record(sets: ["title"])) == ["the action send sets title from title, which it does not ask."])
        #expect(BootChecks.acts(Self.record(sets: [.given("sent_on", as: "title")])).isEmpty)
        #expect(BootChecks.acts(Self.record(evidence: ActEvidence(into: "Not a name") { _, _ in nil })).count == 1)
    }

    @Test("the words of a check are those between its quotes")
    func codes() {
        #expect(StateChecks.codes("CHECK ((state = ANY (ARRAY['A'::text, 'B'::text])))") == ["A", "B"])
        #expect(StateChecks.codes("CHECK (revision > 0)").isEmpty)
    }

    @Test("a change of a record says each column once, in the order of the declaration")
    func statement() throws {
        let sql = try RecordSQL(Self.record())
        let moved = sql.change(["\"state\""], isArchived: nil, moves: true).text
        #expect(moved.contains("\"revision\" = \"revision\" + 1") && moved.contains("\"state\" = $5") && moved.contains("any($2)"))
        let later = sql.change(["\"state\"", "\"file_id\""], isArchived: true, moves: false).text
        #expect(!later.contains("revision") && later.contains("\"file_id\" = $6") && later.contains("\"archived_at\" = $3"))
        #expect(sql.insert(keeping: ["\"file_id\""]).text.hasSuffix("$5, $6, $7, $8)"))
    }
}
