public import Kernel

extension Simulation {
    /// Writes the answer of the simulator, as its interface fixes it.
    public func write(to writer: JSONWriter) {
        writer.object {
            writer.member("exercise", input.exercise)
            writer.member("rule_set", rules.id)
            // How sure the rules are for this exercise, as a code and in French.
            writer.member("rules_standing", rules.standing(of: input.exercise).rawValue)
            writer.member("rules_standing_label", rules.standing(of: input.exercise).label)
            writer.member("prerequisites_met", prerequisitesMet)
            writer.key("missing_prerequisites")
            writer.array { for id in missingPrerequisites { writer.string(id.rawValue) } }
            writer.member("points", points.text)
            writer.member("increase_rate", increaseRate.normalized.description)
            writer.member("amount_cents", amountCents)
            writer.member("guaranteed_minimum_applied", guaranteedMinimumApplied)
            writer.member("advance_cents", advanceCents)
            writer.key("indicators")
            var text = ""
            text.reserveCapacity(256)
            writer.array { for index in lines.indices { write(lines[index], to: writer, &text) } }
        }
    }

    /// - Parameter text: room for its arithmetic.
    private func write(_ line: Line, to writer: JSONWriter, _ text: inout String) {
        writer.object {
            writer.key(prepared: line.indicator.head)
            writer.string(line.points.text)
            writer.key(prepared: Self.amountKey)
            writer.integer(line.amountCents)
            writer.key(prepared: Self.explanationKey)
            writer.array {
                text.removeAll(keepingCapacity: true)
                line.working.appendArithmetic(to: &text)
                writer.string(text)
                for note in line.working.notes { writer.string(note.text) }
            }
        }
    }

    private static let amountKey = JSONWriter.prepared("amount_cents")
    private static let explanationKey = JSONWriter.prepared("explanation")
}

/// The simulator of the command line and of the API: the same words in, the same words out.
public struct AciSimulator: Sendable {
    /// The rules at hand.
    public let book: RuleBook

    public init(book: RuleBook) { self.book = book }

    /// Simulates one input under the rules of its exercise. Throws when the exercise has none.
    public func simulate(_ input: SimulationInput) throws(DocumentRefusal) -> Simulation {
        guard let rules = book.ruleSet(for: input.exercise) else {
            throw DocumentRefusal([
                FieldFault(
                    "exercise", "Aucun jeu de règles pour l’exercice \(input.exercise). Exercices couverts : \(book.periods).")
            ])
        }
        return try Simulation(input, rules)
    }

    /// Answers a document: an object gives an object, an array an array in the same order.
    /// - Returns: JSON in UTF-8.
    /// - Throws: every fault at once; nothing was computed then.
    public func answer(_ document: JSONValue) throws(DocumentRefusal) -> [UInt8] {
        let (inputs, isArray) = try SimulationInput.read(document, book)
        let writer = JSONWriter(capacity: 4096 * max(1, inputs.count))
        guard isArray else {
            for input in inputs { try simulate(input).write(to: writer) }
            return writer.bytes
        }
        var refusal: DocumentRefusal?
        writer.array {
            // Each is written as soon as it is simulated: a whole region needs little memory.
            for input in inputs where refusal == nil {
                do throws(DocumentRefusal) { try simulate(input).write(to: writer) } catch { refusal = error }
            }
        }
        if let refusal { throw refusal }
        return writer.bytes
    }
}
