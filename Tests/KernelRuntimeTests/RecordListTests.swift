import Kernel
import Testing

@testable import KernelRuntime

@Suite("Lists of records: filters, order, statements, cursors")
struct RecordListTests {
    private let plan = RecordSamples.plan(RecordSamples.session)
    private var filters: RecordFilters { RecordFilters(plan.record) }

    private func page(_ pairs: (String, String)...) throws -> RecordPageQuery {
        try RecordPageQuery(FormValues(pairs.map { (name: $0.0, value: $0.1) }), plan, filters)
    }

    private func slice(_ pairs: (String, String)...) throws -> RecordSliceQuery {
        try RecordSliceQuery(FormValues(pairs.map { (name: $0.0, value: $0.1) }), plan, filters)
    }

    private func refusal(_ body: () throws -> Void) -> Refusal? {
        do {
            try body()
            return nil
        } catch {
            return error as? Refusal
        }
    }

    @Test("a list without parameters has its declared order, fifty rows and no filter")
    func plain() throws {
        let asked = try page()
        #expect(asked.perPage == 50 && asked.page == 1 && asked.list.filters.isEmpty)
        #expect(asked.list.order == RecordOrder("starts_at", descending: true))
        #expect(try slice().limit == 50)
    }

    @Test("repeated values mean or, different fields mean and")
    func several() throws {
        let asked = try page(("mode", "VIDEO"), ("mode", "HYBRID"), ("is_open", "true"))
        #expect(asked.list.filters.map(\.test) == [.anyCode(["VIDEO", "HYBRID"]), .flags([true])])
    }

    @Test("days are read in French and in ISO, shortcuts by their code")
    func days() throws {
        let asked = try page(("starts_at_from", "3/2/26"), ("starts_at_to", "2026-02-28"), ("ends_on", "this_month"))
        let from = try #require(CivilDate(year: 2026, month: 2, day: 3))
        let to = try #require(CivilDate(year: 2026, month: 2, day: 28))
        #expect(
            Set(asked.list.filters.map { "\($0.test)" })
                == Set(["\(FilterTest.from(from))", "\(FilterTest.to(to))", "\(FilterTest.period(.thisMonth))"]))
    }

    @Test(
        "an unknown or wrong parameter is refused, never ignored",
        arguments: [
            ("surprise", "1"), ("mode", "NOWHERE"), ("is_open", "peut-être"), ("starts_at", "someday"), ("starts_at_from", "hier"),
            ("organiser_id", "12"), ("seats_min", "beaucoup"), ("sort", "notes"), ("sort", "surprise"), ("page", "0"), ("per_page", "30"),
            ("archived", "oui"), ("notes", "x"), ("q", "295109912611193"), ("filtres", "x"), ("title", "a\u{202E}b"),
        ])
    func wrong(name: String, value: String) {
        let refused = refusal { _ = try page((name, value)) }
        #expect(refused?.status == 400)
        #expect(refused?.faults.first?.field == name)
    }

    @Test("every fault of an address is told at once")
    func allFaults() {
        #expect(refusal { _ = try page(("mode", "X"), ("surprise", "1"), ("page", "x")) }?.faults.count == 3)
    }

    @Test("blank inputs of the filter form are no filters")
    func blank() throws {
        #expect(try page(("title", ""), ("mode", ""), ("q", ""), ("starts_at_from", "")).list.filters.isEmpty)
    }

    @Test("the search keeps letters and digits only; one without any finds nothing")
    func words() throws {
        #expect(RecordListQuery.words("réu d’équipe %_\\ 12") == ["réu", "d", "équipe", "12"])
        #expect(try page(("q", "!!!")).list.words == [])
        let nothing = try RecordListSQL(page(("q", "!!!")).list, plan, msp: RecordSamples.msp, now: RecordSamples.now)
        #expect(nothing.exactCount.sql.text.hasSuffix("and false"))
    }

    @Test("no value ever becomes part of a statement, and its text depends on the shape alone")
    func safe() throws {
        let hostile = "'; drop table x; --"
        let one = try RecordListSQL(
            page(("title", hostile), ("mode", "VIDEO"), ("q", "abc")).list, plan, msp: RecordSamples.msp, now: RecordSamples.now)
        let other = try RecordListSQL(
            page(("title", "b"), ("mode", "HYBRID"), ("mode", "VIDEO"), ("q", "d e f")).list, plan, msp: RecordSamples.msp,
            now: RecordSamples.now)
        let first = one.page(try page(), titles: [])
        #expect(!first.sql.text.contains("drop"))
        #expect(first.sql.text == other.page(try page(), titles: []).sql.text)
        #expect(first.sql.text.contains("\"t\".\"msp_id\" = $1"))
        #expect(first.parameters.first == .id(RecordSamples.msp))
    }

    @Test("every parameter of a statement has its place, and the other way round", arguments: RecordSamples.all.indices)
    func places(index: Int) throws {
        let plan = RecordSamples.plan(RecordSamples.all[index])
        let filters = RecordFilters(plan.record)
        var pairs = [(name: "q", value: "abc")]
        for parameter in filters.parameters {
            let field = plan.record.fields[parameter.field]
            let value =
                switch FilterShape(field.kind) {
                case .contains: "x"
                case .number: "12"
                case .flag: "true"
                case .period: parameter.part == .whole ? "today" : "2026-01-01"
                case .codes: filters.allowedCodes(field)[0]
                case .reference: RecordSamples.msp.description
                }
            pairs.append((name: parameter.name, value: value))
        }
        for field in plan.sortableFields {
            let query = FormValues(pairs + [(name: "sort", value: "-\(field.name)")])
            let asked = try RecordPageQuery(query, plan, filters)
            let statements = try RecordListSQL(asked.list, plan, msp: RecordSamples.msp, now: RecordSamples.now)
            let titles = Set(plan.record.fields.filter { $0.target != nil }.map(\.name))
            for query in [statements.page(asked, titles: titles), statements.summary([]), statements.summary([0]), statements.exactCount] {
                for place in 1...query.parameters.count { #expect(query.sql.text.contains("$\(place)")) }
                #expect(!query.sql.text.contains("$\(query.parameters.count + 1)"))
            }
        }
    }

    @Test("texts sort in French order, references by their name, codes in the order of their list")
    func orders() throws {
        func text(_ sort: String) throws -> String {
            try RecordListSQL(page(("sort", sort)).list, plan, msp: RecordSamples.msp, now: RecordSamples.now).page(page(), titles: []).sql
                .text
        }
        #expect(try text("title").contains("\"t\".\"title\" collate \"kernel\".\"french\""))
        #expect(try text("-organiser_id").contains("\"s\".\"title\" collate \"kernel\".\"french\" desc"))
        #expect(try text("mode").contains("array_position("))
        #expect(try text("title").contains(", \"t\".\"id\""))
    }

    @Test("a cursor comes back as it was given, and only under its own order")
    func cursor() throws {
        let order = RecordOrder("starts_at", descending: true)
        let id = Identifier.derived(from: "row")
        let cursor = RecordCursor(order: order, text: "2026-11-21 18:30:00.123456+00", id: id)
        #expect(RecordCursor(cursor.encoded, order: order, plan) == cursor)
        #expect(RecordCursor(cursor.encoded, order: RecordOrder("starts_at"), plan) == nil)
        let none = RecordCursor(order: order, text: nil, id: id)
        #expect(RecordCursor(none.encoded, order: order, plan) == none)
    }

    @Test(
        "a forged cursor is refused before it reaches the database",
        arguments: [
            "", "x", "%%%", "bnVsbA", Digest.base64URL(Array("[\"-starts_at\",\"demain\",\"\(Identifier.derived(from: "a"))\"]".utf8)),
            Digest.base64URL(Array("[\"-starts_at\",null,\"12\"]".utf8)), Digest.base64URL(Array("[1,2,3]".utf8)),
        ])
    func forged(text: String) {
        #expect(RecordCursor(text, order: RecordOrder("starts_at", descending: true), plan) == nil)
    }

    @Test("limits outside 1 to 200 are refused", arguments: ["0", "201", "-1", "x", "1.5"])
    func limits(text: String) {
        #expect(refusal { _ = try slice(("limit", text)) }?.status == 400)
    }

    @Test("names of referenced records are read once for each table")
    func names() throws {
        let expense = RecordSamples.plan(RecordSamples.expense)
        let text = try expense.object(msp: RecordSamples.msp, RecordSamples.msp, bound: false).sql.text
        #expect(text.components("as materialized (") == 4)
        #expect(try expense.sql.withTitles.titled(["session_id"]) == ["session_id"])
    }
}

extension String {
    /// How many pieces a separator makes.
    fileprivate func components(_ separator: String) -> Int { self.split(separator: separator, omittingEmptySubsequences: false).count }
}
