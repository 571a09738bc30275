import Kernel

/// The accounts that money leaves and reaches: written whole, read back masked, confirmed by somebody else than their writer.
enum AccountEndpoints {
    static let all: [EndpointRoute] = [
        EndpointRoute(
            .put, "own/bank-account", permission: IndemnityPermissions.declareOwn, summary: "Give the account to which one is paid.",
            requestSchema: account, responseSchema: masked, contract: EndpointContract(otherStatuses: [409, 422])
        ) { request in
            try await save(request, isOwn: false) { unit in
                guard let own = unit.access.professional else {
                    throw Refusal.conflict("no_professional", "Votre compte n’est relié à aucune personne de l’équipe.")
                }
                return own
            }
        },
        EndpointRoute(
            .post, "own/bank-account/confirm", permission: IndemnityPermissions.declareOwn,
            summary: "Confirm one's own account after somebody else wrote it; its digest is the one read with it.",
            requestSchema: confirmation, responseSchema: JSONValue.object([]),
            contract: EndpointContract(success: 204, otherStatuses: [409, 422])
        ) { request in
            let digest = try digest(request)
            try await request.write { unit in try await OwnPage.confirmOwn(digest, unit) }
            return APIResponse(status: 204, body: [])
        },
        EndpointRoute(
            .get, "bank-accounts", permission: IndemnityPermissions.writeAccounts,
            summary: "Accounts of the MSP (without professional) and of the people it pays, masked, with who wrote them last.",
            responseSchema: IndemnitySchema.items(stored), handle: list),
        EndpointRoute(
            .put, "bank-account", permission: IndemnityPermissions.writeAccounts,
            summary: "Give the account from which the MSP pays: that of its legal entity, with its SIREN.",
            requestSchema: ownAccount, responseSchema: masked, contract: EndpointContract(otherStatuses: [422])
        ) { request in try await save(request, isOwn: true) { _ in nil } },
        EndpointRoute(
            .post, "bank-account/confirm", permission: IndemnityPermissions.approveRuns,
            summary: "Confirm the account from which the MSP pays, as it stands.", requestSchema: confirmation,
            responseSchema: JSONValue.object([]), contract: EndpointContract(success: 204, otherStatuses: [409, 422])
        ) { request in
            let digest = try digest(request)
            try await request.write { unit in try await BankAccounts.confirm(nil, digest: digest, unit) }
            return APIResponse(status: 204, body: [])
        },
        EndpointRoute(
            .put, "professionals/:id/bank-account", permission: IndemnityPermissions.writeAccounts,
            summary: "Give the account to which somebody is paid; that person is told by mail.", requestSchema: account,
            responseSchema: masked, contract: EndpointContract(otherStatuses: [422])
        ) { request in
            let person = try await knownPerson(request)
            return try await save(request, isOwn: false) { _ in person }
        },
        EndpointRoute(
            .post, "professionals/:id/bank-account/confirm", permission: IndemnityPermissions.approveRuns,
            summary: "Confirm somebody's account as it stands, after another person wrote it.", requestSchema: confirmation,
            responseSchema: JSONValue.object([]), contract: EndpointContract(success: 204, otherStatuses: [409, 422])
        ) { request in
            let person = try await knownPerson(request)
            let digest = try digest(request)
            try await request.write { unit in try await BankAccounts.confirm(person, digest: digest, unit) }
            return APIResponse(status: 204, body: [])
        },
    ]

    private static let members: [(String, JSONValue)] = [
        ("holder", JSONSchema.text), ("iban", JSONSchema.text), ("bic", JSONSchema.optional(JSONSchema.text)),
    ]
    private static let account = JSONSchema.object(members, required: ["holder", "iban"])
    private static let ownAccount = JSONSchema.object(members + [("siren", JSONSchema.text)], required: ["holder", "iban", "siren"])
    private static let masked = JSONSchema.object([("holder", JSONSchema.text), ("iban", JSONSchema.text)])
    private static let confirmation = JSONSchema.object([("digest", JSONSchema.text)])
    private static let stored = JSONSchema.object([
        ("professional_id", JSONSchema.optional(JSONSchema.id)), ("holder", JSONSchema.optional(JSONSchema.text)),
        ("iban", JSONSchema.optional(JSONSchema.text)), ("digest", JSONSchema.optional(JSONSchema.text)),
        ("changed_by", JSONSchema.optional(JSONSchema.text)), ("to_confirm", JSONSchema.boolean),
    ])

    private static func list(_ request: MspRequest) async throws -> APIResponse {
        let reading = try await request.read(all: AccountList.queries(request.msp.id))
        return IndemnitySchema.items(
            try AccountList.read(reading.results, own: reading.access.msp.name).map { line in
                .object([
                    ("professional_id", line.person.map { .string($0.description) } ?? .null),
                    ("holder", line.account.map { .string($0.holder) } ?? .null),
                    ("iban", line.account.map { .string($0.account.masked) } ?? .null),
                    ("digest", line.account.map { .string($0.digest) } ?? .null),
                    ("changed_by", line.account?.changedByName.map { .string($0) } ?? .null), ("to_confirm", .bool(line.isToConfirm)),
                ])
            })
    }

    /// The person of the address, looked for before the body is read: another MSP's person and nobody get one answer.
    private static func knownPerson(_ request: MspRequest) async throws -> Identifier {
        let person = try request.web.id("id")
        let known = try await request.read(
            Query("select 1 from kernel.professional where msp_id = $1 and id = $2", .id(request.msp.id), .id(person)))
        guard !known.results[0].isEmpty else { throw Refusal.notFound }
        return person
    }

    private static func digest(_ request: MspRequest) throws -> String {
        var reader = try FaultReader(request.web, names: ["digest"])
        let digest = reader.text("digest", most: 64)
        guard reader.faults.isEmpty, let digest else { throw Refusal.invalid(reader.faults) }
        return digest
    }

    private static func save(
        _ request: MspRequest, isOwn: Bool, of person: @escaping @Sendable (WriteUnit) throws -> Identifier?
    ) async throws -> APIResponse {
        var reader = try FaultReader(request.web, names: isOwn ? ["holder", "iban", "bic", "siren"] : ["holder", "iban", "bic"])
        let (holder, iban) = (reader.text("holder", most: 70), reader.text("iban", most: 50))
        let bic = reader.text("bic", required: false, most: 14)
        let siren = isOwn ? reader.text("siren", most: 20) : nil
        guard reader.faults.isEmpty, let holder, let iban else { throw Refusal.invalid(reader.faults) }
        let entry = try BankAccounts.entry(holder: holder, iban: iban, bic: bic, siren: siren, isOwn: isOwn)
        try await request.write { unit in try await BankAccounts.save(entry, of: try person(unit), unit) }
        return IndemnitySchema.answer(
            .object([("holder", .string(entry.holder)), ("iban", .string(entry.account.masked))]))
    }
}
