import Kernel
import Testing

@testable import Budget

@Suite("Reading the input of the simulator")
struct InputTests {
    @Test("The least input is accepted, the fullest too")
    func accepted() throws {
        #expect(try ACI.faults("").isEmpty)
        #expect(try ACI.faults(ACI.everything).isEmpty)
        #expect(try ACI.faults(exercise: 2017, #""users": {"level1": true}, "users_": 1"#).map(\.field) == ["users_"])
    }

    /// A refused member with the field at fault, and its accepted twin.
    static let twins: [(refused: String, field: String, accepted: String)] = [
        (#""protocols": -1"#, "protocols", #""protocols": 0"#),
        (#""protocols": "3""#, "protocols", #""protocols": 3"#),
        (#""protocols": 2.5"#, "protocols", #""protocols": 2"#),
        (#""protocols": null"#, "protocols", #""protocols": 1"#),
        (#""protocols": true"#, "protocols", #""protocols": 1"#),
        (#""protocols": 100000001"#, "protocols", #""protocols": 100000000"#),
        (#""protocoles": 3"#, "protocoles", #""protocols": 3"#),
        (#""coordination": 1"#, "coordination", #""coordination": true"#),
        (#""coordination": "oui""#, "coordination", #""coordination": false"#),
        (#""diversity_level": 3"#, "diversity_level", #""diversity_level": 2"#),
        (#""diversity_level": true"#, "diversity_level", #""diversity_level": 0"#),
        (#""second_recourse_level": -1"#, "second_recourse_level", #""second_recourse_level": 1"#),
        (#""unscheduled_care_service": "half""#, "unscheduled_care_service", #""unscheduled_care_service": "half_of_doctors""#),
        (#""opening": true"#, "opening", #""opening": {}"#),
        (#""opening": {"hours": 12}"#, "opening.hours", #""opening": {"weekday_hours": 12}"#),
        (#""opening": {"weekday_hours": -1}"#, "opening.weekday_hours", #""opening": {"weekday_hours": 0}"#),
        (#""opening": {"weekday_hours": 24.5}"#, "opening.weekday_hours", #""opening": {"weekday_hours": 24}"#),
        (#""opening": {"weekday_hours": "12"}"#, "opening.weekday_hours", #""opening": {"weekday_hours": 11.75}"#),
        (#""opening": {"holiday_closure_weeks": 54}"#, "opening.holiday_closure_weeks", #""opening": {"holiday_closure_weeks": 3}"#),
        (#""opening": {"other_closure_weeks": -0.5}"#, "opening.other_closure_weeks", #""opening": {"other_closure_weeks": 0.5}"#),
        (#""concertation": {"files": -3}"#, "concertation.files", #""concertation": {"files": 3}"#),
        (#""concertation": {"rate_precision": "floor"}"#, "concertation.rate_precision", #""concertation": {"rate_precision": "exact"}"#),
        (
            #""information_system": {"acquired_on": "01/07/2023"}"#, "information_system.acquired_on",
            #""information_system": {"acquired_on": "2023-07-01"}"#
        ),
        (
            #""information_system": {"acquired_on": "2023-02-30"}"#, "information_system.acquired_on",
            #""information_system": {"acquired_on": "2024-02-29"}"#
        ),
        (#""contract": {"starts_on": 2023}"#, "contract.starts_on", #""contract": {"starts_on": "2023-01-01"}"#),
        (#""contract": {"starts_on": "2024-01-01"}"#, "contract.starts_on", #""contract": {"starts_on": "2023-12-31"}"#),
        (
            #""contract": {"health_project_filed_on": ""}"#, "contract.health_project_filed_on",
            #""contract": {"health_project_filed_on": "2022-09-01"}"#
        ),
        (#""precarity": {"css_rate": 101}"#, "precarity.css_rate", #""precarity": {"css_rate": 100}"#),
        (#""precarity": {"ame_rate": -0.1}"#, "precarity.ame_rate", #""precarity": {"ame_rate": 0.1}"#),
        (#""precarity": {"css_rate": 1.1234567}"#, "precarity.css_rate", #""precarity": {"css_rate": 1.123456}"#),
        (#""precarity": {"national_css_rate": "7.5"}"#, "precarity.national_css_rate", #""precarity": {"national_css_rate": 7.5}"#),
        (#""precarity": {"c2s": 7.5}"#, "precarity.c2s", #""precarity": {"national_ame_rate": 0.4}"#),
    ]

    @Test("A fault names its field; its twin is accepted", arguments: twins.indices)
    func twin(index: Int) throws {
        let twin = Self.twins[index]
        let faults = try ACI.faults(twin.refused)
        #expect(faults.map(\.field) == [twin.field])
        #expect(faults.allSatisfy { $0.message.hasSuffix(".") })
        #expect(try ACI.faults(twin.accepted).isEmpty)
    }

    @Test("Every fault at once, in the order of the document")
    func allAtOnce() throws {
        let faults = try ACI.faults(
            document:
                #"{"exercise": 2023, "patients": -1, "professionals": "x", "trainees": -2, "opening": {"saturday": 1}, "nothing": {}}"#)
        #expect(faults.map(\.field) == ["patients", "professionals", "trainees", "opening.saturday", "nothing"])
    }

    @Test("The required fields are named")
    func required() throws {
        #expect(try ACI.faults(document: "{}").map(\.field) == ["exercise", "patients", "professionals"])
        #expect(try ACI.faults(document: "3").map(\.message) == ["Indiquez un objet JSON décrivant la structure."])
        #expect(try ACI.faults(document: #"{"exercise": "2023", "patients": 1, "professionals": 1}"#).map(\.field) == ["exercise"])
    }

    @Test("An exercise without rules is refused, its neighbours are not", arguments: [2016, 0, -1, 10_000])
    func exercise(year: Int) throws {
        let faults = try ACI.faults(exercise: year, "")
        #expect(faults.map(\.field) == ["exercise"])
        #expect(
            faults.first?.message
                == "Aucun jeu de règles pour l’exercice \(year). Exercices couverts : 2017 à 2021, 2022, 2023 et suivants.")
        #expect(try ACI.faults(exercise: 2017, "").isEmpty && ACI.faults(exercise: 2035, "").isEmpty)
    }

    @Test(
        "A claim that the rules of the exercise do not know is a fault; the same claim of later is not",
        arguments: [
            (#""users": {"level2": true}"#, "users.level2"), (#""crisis": {"plan": true}"#, "crisis.plan"),
            (#""crisis": {"actions": true}"#, "crisis.actions"),
            (#""unscheduled_care_service": "all_doctors""#, "unscheduled_care_service"),
            (#""assistant_specialist_contract": true"#, "assistant_specialist_contract"),
            (#""quality": {"level1": true}"#, "quality.level1"),
            (#""cooperation_protocols": 1"#, "cooperation_protocols"), (#""heart_failure_pathway": true"#, "heart_failure_pathway"),
            (#""child_obesity": {"pathway": true}"#, "child_obesity.pathway"),
        ])
    func claims(members: String, field: String) throws {
        #expect(try ACI.faults(exercise: 2021, members).map(\.field) == [field])
        #expect(try ACI.faults(exercise: 2022, members).isEmpty)
    }

    @Test("Claiming nothing is not a fault, nor is an IPA before her bonus; the satisfaction of 2017 is level 1")
    func neutral() throws {
        let members =
            #""advanced_practice_nurse": true, "users": {"level1": true, "level2": false}, "quality": {"level1": false}, "#
            + #""cooperation_protocols": 0, "unscheduled_care_service": "none""#
        #expect(try ACI.faults(exercise: 2019, members).isEmpty)
        #expect(try ACI.msp(exercise: 2019, members).points(.users) == "100")
    }

    @Test("Before 2022 no national rate is known: the input must give it")
    func nationalRates() throws {
        #expect(try ACI.faults(exercise: 2018, #""precarity": {"css_rate": 12}"#).map(\.field) == ["precarity.national_css_rate"])
        #expect(try ACI.faults(exercise: 2018, #""precarity": {"css_rate": 12, "national_css_rate": 7.5}"#).isEmpty)
        #expect(try ACI.msp(exercise: 2024, #""precarity": {"css_rate": 12.5, "ame_rate": 0.4}"#).increaseRate == ExactDecimal(5))
    }
}
