import Kernel
import Testing

@testable import Budget

extension JSONValue {
    /// The document with the value at a path changed (`indicators[9].formula.parts[0].points.value`); nil removes the member.
    func changing(_ path: String, to value: JSONValue?) -> JSONValue {
        let steps = path.replacing("[", with: ".").replacing("]", with: "").split(separator: ".").map(String.init)
        return changing(steps[...], value)
    }

    private func changing(_ steps: ArraySlice<String>, _ value: JSONValue?) -> JSONValue {
        guard let step = steps.first else { return value ?? .null }
        let isLast = steps.count == 1
        switch self {
        case .object(var members):
            let index = members.firstIndex { $0.0 == step }
            if isLast, value == nil {
                if let index { members.remove(at: index) }
            } else if let index {
                members[index].1 = members[index].1.changing(steps.dropFirst(), value)
            } else {
                members.append((step, value ?? .null))
            }
            return .object(members)
        case .array(var elements):
            guard let index = Int(step), elements.indices.contains(index) else { return self }
            if isLast, value == nil {
                elements.remove(at: index)
            } else {
                elements[index] = elements[index].changing(steps.dropFirst(), value)
            }
            return .array(elements)
        default: return self
        }
    }
}

@Suite("Rule sets as data")
struct RuleSetTests {
    private var national: RuleSet { get throws { try #require(ACI.book.ruleSet(for: 2023)) } }

    private func faults(_ document: JSONValue) -> [FieldFault] {
        do {
            _ = try RuleSet(json: document)
            return []
        } catch { return error.faults }
    }

    @Test(
        "The national rules cover 2017 onward, and nothing before",
        arguments: [
            (2016, "none"), (2017, "aci-2017"), (2021, "aci-2017"), (2022, "avenant-1-2022"), (2023, "avenant-1-2023"),
            (2031, "avenant-1-2023"),
        ])
    func coverage(exercise: Int, id: String) {
        #expect((ACI.book.ruleSet(for: exercise)?.id ?? "none") == id)
    }

    @Test("Every figure has a source and a status; the rules of 2017 say « reconstitué »")
    func sources() throws {
        for rules in ACI.book.ruleSets {
            #expect(rules.parameters.count > 40)
            for line in rules.parameters { #expect(!line.sources.isEmpty && !line.value.isEmpty, "\(rules.id) \(line.path)") }
            for indicator in rules.indicators { #expect(rules.parameters(of: indicator).count > 1, "\(indicator.id)") }
        }
        #expect(ACI.book.ruleSet(for: 2018)?.status.label == "reconstitué")
        #expect(ACI.book.ruleSet(for: 2023)?.status.label == "officiel")
        // What no source settles is marked so, and only that.
        let unknown = try national.parameters.filter { $0.status == .unknown }.map(\.path)
        #expect(unknown.contains("total.proration.basis") && unknown.contains("total.advance.increased"))
        #expect(!unknown.contains { $0.hasPrefix("indicators[9].formula") })
    }

    @Test("A copy with one figure changed changes that indicator and the sums, nothing else")
    func oneFigure() throws {
        let rules = try national
        for line in rules.parameters where line.path.hasPrefix("indicators") && line.path.hasSuffix(".points") {
            let copy = rules.copy(id: "avenant-2-2027", name: "Essai", from: 2027, to: nil)
            let changed = try RuleSet(json: copy.changing(line.path + ".value", to: .integer(7)))
            let book = try RuleBook(ACI.book.ruleSets + [changed])
            let text = #"{"patients": 9000, "professionals": 20, "advanced_practice_nurse": true, "exercise": "#
            let members = ACI.everything.replacing(#""plan": true"#, with: #""plan": true, "declared": true, "actions": true"#)
            let before = try ACI.simulate("\(text)2026, \(members)}", book)
            let after = try ACI.simulate("\(text)2027, \(members)}", book)
            #expect(before.rules.id == "avenant-1-2023" && after.rules.id == "avenant-2-2027")
            let differences = before.compared(to: after).lines.filter { $0.before != $0.after }
            #expect(differences.count == 1, "\(line.path)")
            let index = try #require(differences.first).id.order
            #expect(line.path.hasPrefix("indicators[\(index)]."))
            #expect(before.compared(to: after).amountCents == differences[0].differenceCents)
        }
    }

    @Test("A rule set for one exercise gives way afterwards to the open one before it")
    func oneYear() throws {
        let copy = try RuleSet(json: national.copy(id: "essai-2027", name: "Essai", from: 2027, to: 2027))
        let book = try RuleBook(ACI.book.ruleSets + [copy])
        #expect([2026, 2027, 2028].map { book.ruleSet(for: $0)?.id } == ["avenant-1-2023", "essai-2027", "avenant-1-2023"])
    }

    @Test("Two rule sets for one exercise, or of one id, are refused", arguments: [(2020, 2023), (2023, 2024), (2022, 2022)])
    func overlaps(from: Int, to: Int) throws {
        let copy = try RuleSet(json: national.copy(id: "essai", name: "Essai", from: from, to: to))
        #expect(throws: DocumentRefusal.self) { try RuleBook(ACI.book.ruleSets + [copy]) }
        let twin = try RuleSet(json: national.copy(id: "aci-2017", name: "Essai", from: 2027, to: nil))
        #expect(throws: DocumentRefusal.self) { try RuleBook(ACI.book.ruleSets + [twin]) }
        let positive = try RuleSet(json: national.copy(id: "essai", name: "Essai", from: 2027, to: nil))
        #expect(try RuleBook(ACI.book.ruleSets + [positive]).ruleSets.count == 4)
    }

    /// A change of the national document and the path of the fault that it must raise.
    static let faulty: [(change: String, value: JSONValue?, path: String)] = [
        ("id", .string("Avenant 2"), "id"), ("name", .string(""), "name"), ("status", .string("officiel"), "status"),
        ("law", nil, "law"), ("format", .integer(2), "format"), ("extra", .integer(1), "extra"),
        ("exercises.to", .integer(2019), "exercises.to"), ("exercises.from", .string("2023"), "exercises.from"),
        ("sources[0].key", .string("C6"), "sources[1].key"),
        ("total.point_value", nil, "total.point_value"), ("total.point_value.value", .integer(-7), "total.point_value.value"),
        ("total.point_value.value", .string("7,00"), "total.point_value.value"),
        ("total.point_value.value", .string("700.5"), "total.point_value.value"),
        ("total.point_value.unit", .string("euros"), "total.point_value.unit"),
        ("total.point_value.unit", .string("points"), "total.point_value.unit"),
        ("total.point_value.source", .array([]), "total.point_value.source"),
        ("total.point_value.source[0]", .string("XX"), "total.point_value.source[0]"),
        ("total.point_value.status", .string("sûr"), "total.point_value.status"),
        ("total.patients_reference.value", .integer(0), "total.patients_reference.value"),
        ("total.increase.cap.value", .integer(101), "total.increase.cap.value"),
        ("total.increase.national_rates[1].from", .integer(2023), "total.increase.national_rates[1].from"),
        ("total.advance.minimum_for.value", .string("personne"), "total.advance.minimum_for.value"),
        ("total.proration.basis.value", .string("weeks"), "total.proration.basis.value"),
        ("indicators", .array([]), "indicators"), ("indicators[3].id", .string("A1-XYZ"), "indicators[3].id"),
        ("indicators[3].id", .string("A1-HOR"), "indicators[3].id"), ("indicators[3].axis", .integer(2), "indicators[3].axis"),
        ("indicators[3].kind", .string("socle"), "indicators[3].kind"),
        ("indicators[2].part_of", .string("A2-IC"), "indicators[2].part_of"),
        ("indicators[3].formula.kind", .string("produit"), "indicators[3].formula.kind"),
        ("indicators[3].formula.parts[0].kind", .string("somme"), "indicators[3].formula.parts[0].kind"),
        ("indicators[3].formula.parts[0].points", nil, "indicators[3].formula.parts[0].points"),
        ("indicators[3].formula.parts[0].points.value", .string("beaucoup"), "indicators[3].formula.parts[0].points.value"),
        ("indicators[3].formula.parts[0].when[0].fact", .string("niveau"), "indicators[3].formula.parts[0].when[0].fact"),
        ("indicators[3].formula.parts[0].when[0].at_least", .integer(3), "indicators[3].formula.parts[0].when[0].at_least"),
        (
            "indicators[9].formula.parts[1].after",
            .object([
                ("value", .integer(9000)), ("unit", .string("patients")), ("source", .array([.string("G")])),
                ("status", .string("certain")),
            ]), "indicators[9].formula.parts[1].up_to.value"
        ),
        ("indicators[10].formula.parts[0].up_to", nil, "indicators[10].formula.parts[0].up_to"),
        ("indicators[10].formula.parts[0].unit_of", .string("coordination"), "indicators[10].formula.parts[0].unit_of"),
        ("indicators[11].formula.factors[0].target.value", .integer(0), "indicators[11].formula.factors[0].target.value"),
        ("indicators[11].formula.factors[1].kind", .string("mois"), "indicators[11].formula.factors[1].kind"),
        ("indicators[0].formula.amplitudes[1].at_least.value", .integer(13), "indicators[0].formula.amplitudes[1]"),
        ("indicators[0].formula.saturday_closed", .integer(120), "indicators[0].formula.saturday_closed"),
    ]

    @Test("A fault of a rule set is named by its path", arguments: faulty.indices)
    func fault(index: Int) throws {
        let (change, value, path) = Self.faulty[index]
        let document = try national.document
        #expect(faults(document).isEmpty)
        let found = faults(document.changing(change, to: value))
        #expect(found.contains { $0.field == path }, "\(found)")
        #expect(found.allSatisfy { $0.message.hasSuffix(".") && !$0.message.isEmpty })
    }

    @Test("All faults come at once")
    func allAtOnce() throws {
        let document = try national.document.changing("total.advance.share.value", to: .integer(-1)).changing("law", to: nil)
            .changing("indicators[7].formula.parts[1].points.unit", to: .string("points"))
        #expect(Set(faults(document).map(\.field)) == ["law", "total.advance.share.value", "indicators[7].formula.parts[1].points.unit"])
        #expect(faults(.array([])).map(\.message) == ["Indiquez un objet JSON."])
    }
}
