import Kernel
import Testing

@testable import KernelRuntime

@Suite("Values of records: forms, JSON, rules")
struct RecordValueTests {
    private let fields = RecordSamples.session.fields + RecordSamples.expense.fields
    private func field(_ name: String) throws -> RecordField { try #require(fields.first { $0.name == name }) }

    private func read(_ form: FormValues, _ record: RecordType = RecordSamples.session) async throws -> RecordValues {
        try await RecordFormReader.read(
            form, fields: RecordSamples.plan(record).writable(creating: true), zone: "Europe/Paris", names: { _, _ in nil })
    }

    @Test("a form is read the way people write")
    func tolerant() async throws {
        let values = try await read(
            RecordSamples.form(
                ("title", "  Réunion d’équipe "), ("starts_at", "3/2/26 18h30"), ("ends_on", "1er mars 2026"), ("planned_min", "1 h 15"),
                ("seats", "1 234"), ("is_open", "false"), ("is_open", "1"), ("topics", ""), ("topics", "CARE"), ("topics", "TEAM"),
                ("contact", "Claire.Martin@Exemple.fr")))
        #expect(values.text("title") == "Réunion d’équipe")
        #expect(values.instant("starts_at")?.iso8601 == "2026-02-03T17:30:00Z")
        #expect(values.date("ends_on")?.description == "2026-03-01")
        #expect(values.int("planned_min") == 75)
        #expect(values.int("seats") == 1234)
        #expect(values.bool("is_open") == true)
        #expect(values.codes("topics") == ["CARE", "TEAM"])
        #expect(values.text("contact") == "claire.martin@exemple.fr")
    }

    @Test("a read-only or unknown field of a form changes nothing")
    func forged() async throws {
        let values = try await read(RecordSamples.form(("title", "A"), ("status", "HELD"), ("msp_id", "x")))
        #expect(values.values.count == 1)
    }

    @Test("a blank input empties, an absent one leaves alone")
    func blank() async throws {
        let values = try await read(RecordSamples.form(("seats", ""), ("topics", "")))
        #expect(values.values == ["seats": .null, "topics": .codes([])])
    }

    @Test("every fault of a form is told at once")
    func faults() async {
        do {
            _ = try await read(
                RecordSamples.form(("title", " "), ("starts_at", "bientôt"), ("seats", "x"), ("planned_min", "5"), ("contact", "x")))
            Issue.record("the form was accepted")
        } catch {
            #expect((error as? Refusal)?.faults.map(\.field) == ["title", "starts_at", "planned_min", "seats", "contact"])
            #expect((error as? Refusal)?.status == 422)
        }
    }

    @Test("an hour that does not exist, or exists twice, is asked again", arguments: ["2026-03-29T02:30", "2026-10-25T02:30"])
    func clockChange(text: String) {
        if case .success = FieldText.instant(text, zone: "Europe/Paris") { Issue.record("guessed") }
    }

    @Test(
        "what a form shows is read back as the same value",
        arguments: [
            ("planned_min", FieldValue.integer(75)), ("amount", .integer(-123_450)),
            ("rate", ExactDecimal("12.5").map { .decimal($0) } ?? .null),
            ("seats", .integer(1234)), ("is_open", .boolean(true)),
        ])
    func roundTrip(name: String, value: FieldValue) throws {
        let field = try field(name)
        let shown = try #require(FieldText.typed(value, field.kind, zone: "Europe/Paris").first)
        #expect(try FieldText.value(shown, field.kind, zone: "Europe/Paris").get() == value)
    }

    @Test("a social-security number is refused in every text", arguments: ["title", "notes"])
    func socialSecurityNumber(name: String) throws {
        #expect(FieldRules.fault(.text("voir 2 95 10 99 126 111 93"), try field(name)) == SocialSecurityNumber.refusal)
    }

    @Test("rules say how to repair")
    func rules() throws {
        #expect(FieldRules.fault(.null, try field("title")) == "Renseignez « Intitulé ».")
        #expect(FieldRules.fault(.text(String(repeating: "a", count: 81)), try field("title")) != nil)
        #expect(FieldRules.fault(.text("a\u{202E}b"), try field("title")) != nil)
        #expect(FieldRules.fault(.text("a\nb"), try field("title")) != nil)
        #expect(FieldRules.fault(.text("a\nb"), try field("notes")) == nil)
        #expect(FieldRules.fault(.integer(4), try field("planned_min")) != nil)
        #expect(FieldRules.fault(.text("x@y"), try field("contact")) != nil)
        #expect(FieldRules.fault(.text("NOWHERE"), try field("mode")) != nil)
        #expect(FieldRules.fault(ExactDecimal("12.345").map { .decimal($0) } ?? .null, try field("rate")) != nil)
        #expect(FieldRules.fault(.integer(FieldRules.greatestAmount + 1), try field("amount")) != nil)
    }

    @Test("a merge patch gives some members, null empties one")
    func patch() throws {
        let body = JSONValue.object([("seats", .null), ("planned_min", .integer(90)), ("topics", .null)])
        let values = try FieldJSON.read(body, fields: RecordSamples.session.fields, readOnly: [])
        #expect(values.values == ["seats": .null, "planned_min": .integer(90), "topics": .codes([])])
    }

    @Test("unknown, read-only and wrongly typed members are refused together")
    func members() throws {
        let plan = RecordSamples.plan(RecordSamples.session)
        let body = JSONValue.object([
            ("role", .string("x")), ("status", .string("HELD")), ("seats", .string("12")), ("starts_at", .string("2026-11-21T18:30")),
        ])
        do {
            _ = try FieldJSON.read(body, fields: plan.writable(creating: true), readOnly: ["status"])
            Issue.record("accepted")
        } catch {
            let faults = try #require((error as? Refusal)?.faults)
            #expect(faults.map(\.field) == ["role", "status", "seats", "starts_at"])
            #expect(faults[1].message == "Ce champ est en lecture seule.")
        }
    }

    @Test("money is an exact text of euros, decimals are texts")
    func money() throws {
        func value(_ amount: String, _ currency: String = "EUR") -> FieldValue? {
            try? FieldJSON.value(.object([("amount", .string(amount)), ("currency", .string(currency))]), .money).get()
        }
        #expect(value("11987.50") == .integer(1_198_750))
        #expect(value("-0.5") == .integer(-50))
        #expect(value("1.005") == nil)
        #expect(value("1.00", "USD") == nil)
        #expect((try? FieldJSON.value(.decimal(ExactDecimal("1.5") ?? .zero), .decimal(scale: 2, min: .zero, max: .zero)).get()) == nil)
    }

    @Test("tags: strong ones only change something, a star stands for any")
    func tags() {
        #expect(EntityTag.list("\"3\"", weakly: false).matches(EntityTag(revision: 3)))
        #expect(!EntityTag.list("W/\"3\"", weakly: false).matches(EntityTag(revision: 3)))
        #expect(EntityTag.list("W/\"3\", \"4\"", weakly: true).matches(EntityTag(revision: 3)))
        #expect(EntityTag.list("*", weakly: false).matches(EntityTag(revision: 9)))
        #expect(!EntityTag.list("3", weakly: false).matches(EntityTag(revision: 3)))
    }

    @Test("an idempotency key is a text, quoted or bare")
    func keys() {
        #expect(Idempotency.text(of: "\"8e03978e-40d5\"") == "8e03978e-40d5")
        #expect(Idempotency.text(of: "8e03978e-40d5") == "8e03978e-40d5")
        #expect(Idempotency.text(of: "\"a b\"") == "a b")
        for wrong in ["", "a b", "\"", "\"\"", "\"a\"b\"", "a\"b", "\"é\"", "é", "\"\(String(repeating: "a", count: 201))\""] {
            #expect(Idempotency.text(of: wrong) == nil)
        }
    }

    @Test("a constraint leads to the field it is about")
    func constraints() {
        #expect(ConstraintFaults.field("expense_amount_cents_check", RecordSamples.expense)?.name == "amount")
        #expect(ConstraintFaults.field("expense_msp_id_payer_id_fkey", RecordSamples.expense)?.name == "payer_id")
        #expect(ConstraintFaults.field("something_else", RecordSamples.expense) == nil)
        let error = PostgresError(
            kind: .server, sqlState: .uniqueViolation, constraint: "expense_msp_id_label_key", unsafeServerMessage: "secret")
        let refusal = ConstraintFaults.explained(error, RecordSamples.expense) as? Refusal
        #expect(refusal?.status == 409 && refusal?.faults.first?.field == "label" && refusal?.message.contains("secret") == false)
    }
}
