import Kernel
import KernelRuntime
import KernelTesting
import Synchronization
import Testing

/// A module that breaks every rule which the boot checks let pass.
private struct CarelessModule: MissionModule {
    static let manifest = ModuleManifest(
        id: "careless", path: "negligent", label: "Négligent", summary: "Un plugin de plus.", version: "0", stability: .experimental,
        weight: 1)
    /// Each call of `contributions()` names another page.
    private static let calls = Atomic(0)

    init(host: ModuleHost) {}

    func contributions() -> ModuleContributions {
        var given = ModuleContributions()
        let call = Self.calls.add(1, ordering: .relaxed).newValue
        given.permissions = [
            Permission("careless.thing.read", label: "", roles: []), Permission("careless.thing.write", label: "Écrire", roles: [.manager]),
        ]
        given.pages = [
            PageRoute(.get, "page", permission: "careless.thing.read") { _ in throw Refusal.notFound },
            PageRoute(.get, "page-\(call)", permission: "careless.thing.read") { _ in throw Refusal.notFound },
        ]
        given.navigation = [
            NavigationItem("Perdu", path: "ailleurs", permission: "careless.thing.read", weight: 1),
            NavigationItem("Fermé", path: "page", permission: "careless.thing.write", weight: 2),
        ]
        given.events = [EventType("careless.thing_done", summary: "Done.", sample: .object([("a", .null), ("a", .null)]))]
        given.records = [Self.record]
        given.searches = [
            SearchSource(permission: "careless.thing.write", label: "Choses") { msp, words in
                Query("select name, '', 'x' from careless.thing where msp_id = $1 and name = $2", .id(msp), .text(words))
            }
        ]
        given.migrations = [Migration(name: "20260101000000_thing", sql: Self.sql)]
        return given
    }

    private static let record = RecordType(
        id: "careless.thing", table: "careless.thing",
        words: RecordWords("chose", "choses", isFeminine: true, purpose: "Des choses à vérifier."), path: "choses", apiPath: "things",
        fields: [
            RecordField("title", .text(max: 200), label: "Nom", noFilter: "non"),
            RecordField("place", .text(max: 10), label: "Lieu"), RecordField("kind", .text(max: 10), label: "Sorte"),
            RecordField("size", .integer(1...100_000), label: "Taille"),
            RecordField(
                "state", .choice(CodeList("THING_STATE", [("NEW", "Neuve"), ("OLD", "Vieille")])), label: "Statut", readOnly: true),
        ], titleField: "title", columns: ["title"], search: [], order: RecordOrder("title"),
        permissions: RecordPermissions(read: "careless.thing.write", create: "careless.thing.write", update: nil, archive: nil),
        workflow: Workflow(
            field: "state", states: [.init("NEW", "Neuve", .note), .init("OLD", "Vieille", .done)], editable: ["NEW"],
            next: ["NEW": ["OLD"]]))

    /// Without protection, without a comment, without standing columns; shorter, smaller, with other states than the record.
    private static let sql = """
        create schema careless; create schema elsewhere;
        create table elsewhere.part (id uuid primary key);
        create table careless.thing (
            msp_id uuid not null, id uuid not null, title text not null check (kernel.is_line(title, 100)), size smallint,
            kind text not null, state text not null check (state in ('NEW', 'GONE')), created_at timestamptz, created_by uuid, updated_at timestamptz,
            updated_by uuid, archived_at timestamptz, primary key (id, msp_id));
        """
}

@Suite("A rule that is broken on purpose is told")
struct BreachTests {
    static let expected: [String: String] = [
        "two calls of contributions() give the same things": "careless: two calls differ.",
        "every permission is explained in French and held by a role": "careless.thing.read has no French label.",
        "every column of a list has a filter or a stated reason for having none": "careless.thing.title: « non »",
        "every event sample survives a journey through JSON": "careless.thing_done: its sample",
        "every migration makes tables in the schema of its own module alone": "the table elsewhere.part lies outside",
        "words of the trade are used in labels, never words of computing": "« Un plugin de plus. » says « plugin »",
        "every entry of the navigation leads to a page of its module that whoever sees it may open": "« Perdu » leads nowhere",
        "every route inside an MSP asks a permission that some role holds": "asks careless.thing.read, which no role holds.",
    ]

    @Test("the rule notices the breach", arguments: ConformanceRule.all)
    func notices(_ rule: ConformanceRule) throws {
        let faults = try rule.faults(TestedHouse([CarelessModule.self]))
        // What follows from the engine alone no module can break.
        guard let expected = Self.expected[rule.description] else { return #expect(faults == []) }
        #expect(faults.contains { $0.contains(expected) }, "\(faults)")
    }

    @Test("an entry of the navigation that shows more than its page lets in is told")
    func navigation() throws {
        let faults = try ConformanceRule.all.flatMap { try $0.faults(TestedHouse([CarelessModule.self])) }
        #expect(faults.contains { $0.hasPrefix("« Fermé » is shown with careless.thing.write") })
    }

    @Test("a table that differs from its record, or lies open, is told")
    func tables() async throws {
        let faults = try await MigratedDatabase.with(TestedHouse([CarelessModule.self])) { try await $0.faults() }
        for expected in [
            "careless.thing: careless.thing lacks the standing column revision.",
            "careless.thing: careless.thing.place does not exist, the field place is kept there.",
            "careless.thing: careless.thing.size is smallint, which does not take the field size.",
            "careless.thing: careless.thing.title takes 100 characters, the form lets 200 be written.",
            "careless.thing: careless.thing.kind may not be null, the form may leave it empty.",
            "the check of careless.thing.state and the workflow of careless.thing disagree on GONE, OLD.",
            "DB-01 row-level security is not enabled and forced: careless.thing",
            "DB-09 a unique key does not begin with msp_id: careless.thing careless.thing_pkey",
        ] { #expect(faults.contains(expected), "missing: \(expected)\n\(faults.joined(separator: "\n"))") }
        #expect(faults.contains { $0.hasPrefix("the search « Choses »: ") }, "\(faults)")
        #expect(faults.contains { $0.hasPrefix("careless.thing: permission denied") || $0.contains("does not exist") })
        #expect(faults.contains { $0.hasPrefix("DB-02") && $0.hasSuffix("careless.thing") })
    }
}
