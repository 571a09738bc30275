import Kernel
import Testing

@testable import Budget

/// The national rules, and inputs written as the API receives them.
enum ACI {
    static let book: RuleBook = {
        do { return try RuleBook.national() } catch { fatalError("\(error)") }
    }()

    static func json(_ text: String) throws -> JSONValue { try JSONValue.parse(Array(text.utf8)) }

    /// Simulates the text of one input.
    static func simulate(_ text: String, _ book: RuleBook = book) throws -> Simulation {
        let inputs = try SimulationInput.read(json(text), book).inputs
        return try AciSimulator(book: book).simulate(#require(inputs.first))
    }

    /// Simulates a structure of 2023 with these members beside the required ones.
    static func msp(patients: Int = 4000, professionals: Int = 13, exercise: Int = 2023, _ members: String) throws -> Simulation {
        try simulate(
            #"{"exercise": \#(exercise), "patients": \#(patients), "professionals": \#(professionals)\#(members.isEmpty ? "" : ", ")\#(members)}"#
        )
    }

    /// Faults of an input, `field: message`.
    static func faults(document text: String) throws -> [FieldFault] {
        let document = try json(text)
        do {
            _ = try SimulationInput.read(document, book)
            return []
        } catch { return error.faults }
    }

    /// Faults of an input of 2023 with these members.
    static func faults(exercise: Int = 2023, _ members: String) throws -> [FieldFault] {
        try faults(
            document: #"{"exercise": \#(exercise), "patients": 4000, "professionals": 13\#(members.isEmpty ? "" : ", ")\#(members)}"#)
    }

    /// Every indicator at its most, without IPA, crisis or precarity.
    static let everything = """
        "opening": {"unscheduled_care": true, "weekday_hours": 12, "saturday_morning": true},
        "crisis": {"plan": true}, "diversity_level": 2, "second_recourse_level": 2, "assistant_specialist_contract": true,
        "public_health_missions": 2, "users": {"level1": true, "level2": true}, "unscheduled_care_service": "all_doctors",
        "coordination": true, "protocols": 8, "concertation": {"meetings": 6, "files": 50, "eligible_patients": 1000},
        "trainees": 4, "external_coordination": true, "quality": {"level1": true, "level2": true, "level3": true},
        "cooperation_protocols": 6, "heart_failure_pathway": true, "child_obesity": {"pathway": true},
        "information_system": {"standard": true, "advanced": true}
        """
}

extension Simulation {
    /// Points of an indicator, as the answer writes them.
    func points(_ id: AciIndicatorID) -> String { line(id)?.points.decimal.normalized.description ?? "absent" }

    /// Cents of an indicator.
    func cents(_ id: AciIndicatorID) -> Int { line(id)?.amountCents ?? -1 }
}
