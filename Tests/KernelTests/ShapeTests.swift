import Kernel
import Testing

@Suite("Shapes")
struct ShapeTests {
    private struct Step: Sendable, Equatable {
        let title: String
        let minutes: Int?
    }

    private struct Plan: Sendable, Equatable {
        let id: Identifier
        let day: CivilDate
        let kind: String
        let steps: [Step]
    }

    private static let step = Shape<Step>.object(
        ShapeMember("title", .text(20)) { $0.title }, ShapeMember("minutes", Shape<Int>.integer(1...60).optional) { $0.minutes },
        make: { Step(title: $0, minutes: $1) })

    private static func plan(isOpen: Bool = false) -> Shape<Plan> {
        .object(
            isOpen: isOpen, ShapeMember("id", .id) { $0.id }, ShapeMember("day", .date) { $0.day },
            ShapeMember("kind", .code(["RCP", "TEAM"])) { $0.kind }, ShapeMember("steps", step.list(atMost: 2)) { $0.steps },
            make: { Plan(id: $0, day: $1, kind: $2, steps: $3) })
    }

    private static let value = Plan(
        id: .derived(from: "plan"), day: CivilDate(daysSinceEpoch: 20_784), kind: "RCP",
        steps: [Step(title: "Accueil", minutes: 5), Step(title: "Clôture", minutes: nil)])

    @Test("what is written is read again, and a text of JSON in between changes nothing")
    func thereAndBack() throws {
        let shape = Self.plan()
        let text = shape.write(Self.value).text
        #expect(try shape.read(try JSONValue.parse(Array(text.utf8))) == Self.value)
        #expect(text.contains("\"day\":\"2026-11-27\""))
    }

    @Test("every fault is told at once, with its place")
    func faults() throws {
        let json = try JSONValue.parse(
            Array(#"{"id":"x","kind":"OTHER","steps":[{"title":"","minutes":99},{"minutes":null}],"more":1}"#.utf8))
        do {
            _ = try Self.plan().read(json)
            Issue.record("a wrong value was read")
        } catch let refusal as Refusal {
            #expect(refusal.status == 422)
            #expect(
                Set(refusal.faults.map(\.field))
                    == ["id", "day", "kind", "steps[0].title", "steps[0].minutes", "steps[1].title", "more"])
        }
    }

    @Test("an open object leaves aside what a later release tells; a closed one refuses it")
    func unknownMembers() throws {
        guard case .object(let members) = Self.plan().write(Self.value) else { return }
        let more = JSONValue.object(members + [("more", .integer(1))])
        #expect(try Self.plan(isOpen: true).read(more) == Self.value)
        #expect(throws: Refusal.self) { try Self.plan().read(more) }
    }

    @Test("a list beyond its length and a thing of another kind are refused with a sentence")
    func kinds() throws {
        let shape = Self.step.list(atMost: 1)
        #expect(throws: Refusal.self) {
            try shape.read(.array([Self.step.write(Self.value.steps[0]), Self.step.write(Self.value.steps[1])]))
        }
        #expect(try shape.read(.array([Self.step.write(Self.value.steps[0])])).count == 1)
        for wrong in [JSONValue.null, .integer(1), .string("x"), .object([])] {
            #expect(throws: Refusal.self) { try shape.read(wrong) }
        }
    }

    @Test("the schema says which members are demanded, and what each may be")
    func schema() {
        let schema = Self.plan().schema
        #expect(schema["required"] == .array(["id", "day", "kind", "steps"].map { .string($0) }))
        #expect(schema["properties"]?["steps"]?["items"]?["required"] == .array([.string("title")]))
        #expect(schema["properties"]?["kind"]?["enum"] == .array([.string("RCP"), .string("TEAM")]))
    }

    @Test("the sample of every shared event is of its own shape")
    func samples() throws {
        for event in [MeetingEvents.sheetReopened, MeetingEvents.cancelled] { _ = try event.shape.read(event.type.sample) }
        #expect(try MeetingEvents.sheetLocked.shape.read(MeetingEvents.sheetLocked.type.sample).people.count == 1)
        #expect(try MeetingEvents.closed.shape.read(MeetingEvents.closed.type.sample).evidence == 42)
        #expect(try MailOutcome.event.shape.read(MailOutcome.event.type.sample).outcome == .refused)
        #expect(try StructureEvents.timeZoneChanged.shape.read(StructureEvents.timeZoneChanged.type.sample).to == "Indian/Reunion")
    }
}
