import Kernel

extension EndpointContract {
    /// What would be ignored is refused: a parameter that the contract does not name, one that is given twice, a body where none is
    /// wanted. Throws 400.
    func check(_ web: WebRequest, takesBody: Bool) throws {
        var faults: [FieldFault] = []
        var seen: Set<String> = []
        for (name, _) in web.query.pairs {
            let parameter = parameters.first { $0.place == .query && $0.name == name }
            let shown = String(name.prefix(60))
            if parameter == nil {
                faults.append(FieldFault(shown, "Cette adresse n’accepte pas le paramètre «\u{A0}\(shown)\u{A0}»."))
            } else if !seen.insert(name).inserted, parameter?.schema["type"]?.stringValue != "array" {
                faults.append(FieldFault(shown, "Le paramètre «\u{A0}\(shown)\u{A0}» est indiqué deux fois."))
            }
        }
        guard faults.isEmpty else { throw RecordListQuery.refusal(faults) }
        // An empty object says nothing that could be lost.
        if !takesBody, let json = web.json, json != .object([]) {
            throw Refusal.malformed("no_body_expected", "Cette adresse n’attend aucun contenu.")
        }
    }
}

extension EndpointRoute {
    /// Refuses what the endpoint would ignore.
    func check(_ web: WebRequest) throws { try contract.check(web, takesBody: requestSchema != nil || upload != nil) }
}

extension WebRequest {
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
    /// The same for an open endpoint; a body that is wanted must be there.
    func check(_ web: WebRequest) throws {
        try contract.check(web, takesBody: requestSchema != nil)
        if requestSchema != nil, !contract.bodyIsOptional, web.json == nil {
            throw Refusal.malformed("body_expected", "Envoyez un document JSON.")
        }
    }
}

extension MspRequest {
    /// Address of an endpoint of the kernel's own module.
    func apiPath(_ rest: String) -> String { "/api/v1/msps/\(msp.id)/\(CoreModule.manifest.id)/\(rest)" }
}

extension Refusal {
    /// For what belongs to the account, not to one organisation: its person does it, in a session.
    static let sessionRequired = Refusal(
        status: 403, code: "session_required",
        message: "Un jeton ne permet pas cette action\u{A0}: connectez-vous pour la faire vous-même.")
}
