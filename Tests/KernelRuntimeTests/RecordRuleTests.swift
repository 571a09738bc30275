import Kernel
import Testing

@testable import KernelRuntime

@Suite("Row rules and choices in the statements")
struct RecordRuleTests {
    private static let own = RecordType(
        id: "sample.entry", table: "sample.entry",
        words: RecordWords("temps", "temps", isFeminine: false, purpose: "Ce que chacun note."), path: "temps", apiPath: "entries",
        fields: [
            RecordField("title", .text(max: 40), label: "Objet"),
            RecordField("person_id", .reference(.professional), label: "Personne"),
        ], titleField: "title", columns: ["title"], search: ["title"], order: RecordOrder("title"),
        permissions: RecordPermissions(read: "sample.entry.read", create: nil, update: nil, archive: nil),
        reading: .own("person_id", unless: "sample.entry.all"))

    private static let pointing = RecordType(
        id: "sample.pointing", table: "sample.pointing",
        words: RecordWords("renvoi", "renvois", isFeminine: false, purpose: "Ce qui renvoie."), path: "renvois", apiPath: "pointings",
        fields: [
            RecordField("title", .text(max: 40), label: "Objet"), RecordField("entry_id", .reference(ReferenceTarget(own)), label: "Temps"),
        ], titleField: "title", columns: ["title", "entry_id"], search: ["title"], order: RecordOrder("title"),
        permissions: RecordPermissions(read: "sample.pointing.read", create: nil, update: nil, archive: nil))

    private static let catalog = RecordCatalog(
        records: ([own, pointing] + RecordSamples.all).map { (module: RecordSamples.module, record: $0) }, slots: [])

    private static func plan(_ record: RecordType) -> RecordPlan {
        RecordPlan(record: record, module: RecordSamples.module, catalog: catalog)
    }

    private func list(_ plan: RecordPlan, bound: Bool) throws -> String {
        let asked = try RecordPageQuery(FormValues([]), plan, RecordFilters(plan.record))
        let titles = Set(plan.record.fields.filter { $0.target != nil }.map(\.name))
        return try RecordListSQL(asked.list, plan, msp: RecordSamples.msp, now: RecordSamples.now, bound: bound).page(asked, titles: titles)
            .sql.text
    }

    @Test("a record without a rule has one statement, whoever asks", arguments: RecordSamples.all.indices)
    func free(index: Int) throws {
        let plan = Self.plan(RecordSamples.all[index])
        #expect(try list(plan, bound: true) == list(plan, bound: false))
        let texts = try [true, false].map { try plan.object(msp: RecordSamples.msp, RecordSamples.msp, bound: $0).sql.text }
        #expect(texts[0] == texts[1] && !texts[0].contains("current_account") && !texts[0].contains("own\""))
        #expect(try plan.sql.locked(bound: true).text == plan.sql.locked(bound: false).text)
    }

    @Test("the rule is one more condition, read once for the statement, for whoever is bound alone")
    func bound() throws {
        let plan = Self.plan(Self.own)
        let condition = "\"t\".\"person_id\" = (select \"me\".\"id\" from kernel.professional"
        #expect(try list(plan, bound: true).contains(condition) && !list(plan, bound: false).contains(condition))
        #expect(try plan.sql.locked(bound: true).text.contains(condition))
        #expect(try list(plan, bound: true).contains("\"me\".\"msp_id\" = $1"))
    }

    @Test("who refers to a row with a rule gets its name with a mark, and orders nothing by it")
    func marked() throws {
        let plan = Self.plan(Self.pointing)
        #expect(try list(plan, bound: false).contains("case when r1.\"own\"") || list(plan, bound: false).contains("\"r1\".\"own\""))
        #expect(!plan.isSortable("entry_id") && plan.isSortable("title"))
    }

    @Test("choices: not archived, among, within with the record acted on as $2, and what comes after in its place")
    func choices() throws {
        let session = ReferenceTarget(RecordSamples.session)
        func query(_ target: ReferenceTarget) throws -> Query {
            try ReferenceChoice(target, Self.catalog).query(
                "1", msp: RecordSamples.msp, of: nil, bound: true, and: ({ "\"id\" = any(" + $0 + ")" }, .ids([])))
        }
        let plain = try query(session.among("status = 'DRAFT'"))
        #expect(plain.sql.text.hasSuffix("\"msp_id\" = $1 and \"archived_at\" is null and (status = 'DRAFT') and \"id\" = any($2)"))
        #expect(try !query(session.archivedToo).sql.text.contains("archived_at"))
        let within = try query(session.within("room_id = $2"))
        #expect(within.sql.text.hasSuffix("(room_id = $2) and \"id\" = any($3)") && within.parameters.count == 3)
        #expect(try query(ReferenceTarget(Self.own)).sql.text.contains("current_account"))
    }

    @Test("a name of several fields is put together in their order")
    func title() {
        let both = ReferenceTarget(RecordSamples.session, titled: ["title", "status"], separator: "' – '")
        #expect(both.title.text == "concat_ws(' – ', \"title\", \"status\")")
        #expect(ReferenceTarget(RecordSamples.room).title.text == "\"name\"")
    }
}
