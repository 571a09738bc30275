import Kernel

extension WebRequest {
    /// Only lists have parameters: one that is not understood is refused, not ignored.
    func refuseQuery() throws {
        guard let name = query.pairs.first?.name else { return }
        throw RecordListQuery.refusal([
            FieldFault(String(name.prefix(60)), "Cette adresse n’accepte pas le paramètre « \(name.prefix(60)) ».")
        ])
    }

    /// Some acts take no body: members that would be ignored are refused.
    func refuseBody() throws {
        guard let json, json != .object([]) else { return }
        throw Refusal.malformed("no_body_expected", "Cette adresse n’attend aucun contenu.")
    }

    /// The body's members as values of these fields, with the rules of each; what is missing, unknown or wrong is refused at once.
    /// - Parameter creating: true when required fields must be there; false for a merge patch.
    func values(_ fields: [RecordField], readOnly: Set<String> = [], creating: Bool) throws -> RecordValues {
        let values = try FieldJSON.read(json, fields: fields, readOnly: readOnly)
        let faults = fields.filter { creating || values.values[$0.name] != nil }.compactMap { field in
            FieldRules.fault(values[field.name], field).map { FieldFault(field.name, $0) }
        }
        guard faults.isEmpty else { throw Refusal.invalid(faults) }
        return values
    }
}

extension OpenEndpoint {
    /// A parameter that it does not know, or no body where it wants one, is refused before any work.
    func check(_ web: WebRequest) throws {
        if !contract.parameters.contains(where: { $0.place == .query }) { try web.refuseQuery() }
        if requestSchema == nil {
            try web.refuseBody()
        } else if !contract.bodyIsOptional, web.json == nil {
            throw Refusal.malformed("body_expected", "Envoyez un document JSON.")
        }
    }
}

extension Idempotency {
    /// Does the work and keeps its answer in the same transaction; a repeated key gives the first answer again.
    static func once(
        _ key: Idempotency?, _ unit: WriteUnit, _ body: (WriteUnit) async throws -> APIResponse
    ) async throws -> APIResponse {
        guard let key else { return try await body(unit) }
        switch try await key.claim(unit) {
        case .otherContent: throw otherContentRefusal
        case .replay(let answer): return APIResponse(status: answer.status, headers: answer.headers, body: answer.body)
        case .first:
            let response = try await body(unit)
            key.keep(Answer(status: response.status, headers: response.headers, body: response.body), unit)
            return response
        }
    }
}

extension MspRequest {
    /// A write that may carry an `Idempotency-Key`.
    func writeOnce(_ body: @escaping @Sendable (WriteUnit) async throws -> APIResponse) async throws -> APIResponse {
        let key = try Idempotency(web)
        return try await write { unit in try await Idempotency.once(key, unit, body) }
    }

    /// Address of an endpoint of the kernel's own module.
    func apiPath(_ rest: String) -> String { "/api/v1/msps/\(msp.id)/\(CoreModule.manifest.id)/\(rest)" }
}

extension Refusal {
    /// For what belongs to the account, not to one organisation: its person does it, in a session.
    static let sessionRequired = Refusal(
        status: 403, code: "session_required",
        message: "Un jeton ne permet pas cette action\u{A0}: connectez-vous pour la faire vous-même.")
}
