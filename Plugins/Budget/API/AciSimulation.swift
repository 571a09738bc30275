import Kernel

/// `POST /api/v1/aci/simulations`: the simulator for programs, the same words as `collectif aci simulate`.
enum AciSimulation {
    /// Structures that one request may hold; the command has no bound.
    static let greatestArray = 1_000
    /// Faults told at once: a document of a megabyte could have a hundred thousand.
    static let greatestFaults = 1_000

    /// The endpoint, under the rules of this server.
    static func endpoint(_ book: RuleBook) -> OpenEndpoint {
        let simulator = AciSimulator(book: book)
        return OpenEndpoint(
            .post, "aci/simulations", summary: "What an ACI year is worth, for one structure or for an array of them.",
            requestSchema: AciSchema.request, responseSchema: AciSchema.answer,
            contract: EndpointContract(operationID: "aci.simulate")
        ) { request in
            let document = request.json ?? .null
            if let count = document.arrayValue?.count, count > greatestArray {
                throw Refusal.invalid(
                    "",
                    "Une demande simule au plus \(French.number(greatestArray)) structures ; celle-ci en compte \(French.number(count)).")
            }
            do throws(DocumentRefusal) {
                return APIResponse(body: try simulator.answer(document))
            } catch {
                throw refusal(error)
            }
        }
    }

    /// Every fault with the JSON pointer of its field, in the words of the command.
    static func refusal(_ error: DocumentRefusal) -> Refusal {
        var faults = error.faults.prefix(greatestFaults).map { FieldFault(pointer($0.field), DocumentRefusal.line($0)) }
        let more = error.faults.count - faults.count
        if more > 0 { faults.append(FieldFault("", "Et \(French.plural(more, "autre champ", "autres champs")) à corriger.")) }
        return .invalid(faults)
    }

    /// `[2].concertation.files` as `2/concertation/files` (RFC 6901).
    static func pointer(_ path: String) -> String {
        var pointer = ""
        for character in path {
            switch character {
            case "[", "]": continue
            case ".": pointer += "/"
            case "/": pointer += "~1"
            case "~": pointer += "~0"
            default: pointer.append(character)
            }
        }
        return pointer
    }
}
