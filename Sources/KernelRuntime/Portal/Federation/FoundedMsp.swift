internal import Kernel

/// An MSP to be created in a federation, once every value is well. The names of the inputs differ by face, the rules do not.
struct FoundedMsp: Sendable {
    /// What the inputs are called.
    struct Names: Sendable {
        let name: String
        let slug: String
        let town: String
        let department: String
        let region: String
        let zone: String

        static let form = Names(
            name: "nom", slug: "adresse", town: "commune", department: "departement", region: "region", zone: "fuseau")
        static let api = Names(
            name: "name", slug: "slug", town: "town", department: "department", region: "region", zone: "time_zone")
    }

    let id: Identifier
    let name: String
    let slug: String
    let town: String
    let department: String
    let region: String
    let zone: String
    private let names: Names

    /// Nil when something is to be repaired; each fault says how. Without an address, one is drawn from the name.
    init?(names: Names, now: Instant, into faults: inout [FieldFault], given: (String) -> String?) {
        var found: [FieldFault] = []
        func line(_ name: String, _ label: String, max: Int) -> String {
            let text = TextRules.normalised(given(name) ?? "", lines: false).split(whereSeparator: \.isWhitespace).joined(separator: " ")
            if text.isEmpty { found.append(FieldFault(name, "Indiquez \(label).")) }
            if let fault = TextRules.fault(text, max: max, lines: false) { found.append(FieldFault(name, fault)) }
            return text
        }
        self.names = names
        id = .make(at: now)
        name = line(names.name, "le nom de la structure", max: 120)
        town = line(names.town, "sa commune", max: 120)
        department = line(names.department, "son département", max: 60)
        region = line(names.region, "sa région", max: 80)
        let typed = (given(names.slug) ?? "").filter { !$0.isWhitespace }
        slug = typed.isEmpty ? SlugSuggestion.from(name) : typed
        if !name.isEmpty, !SlugSuggestion.isValid(slug) {
            found.append(FieldFault(names.slug, "Écrivez l’adresse en minuscules sans accent, chiffres et traits d’union."))
        }
        switch TimeZones.chosen(given(names.zone) ?? "", department: department) {
        case .success(let chosen): zone = chosen
        case .failure(let fault):
            zone = ""
            found.append(FieldFault(names.zone, fault.message))
        }
        faults += found
        if !found.isEmpty { return nil }
    }

    /// Creates the MSP with its profile and its modules and, in the same act if wanted, invites who will coordinate it.
    func save(
        _ federation: Identifier, invited: CoordinatorInvitation.Invited?, _ person: Person, _ credential: Credential,
        _ request: PortalRequest, _ transaction: PostgresTransaction
    ) async throws {
        do {
            _ = try await transaction.run(
                Query(
                    "select kernel.create_msp($1, $2, $3, $4, $5, $6, $7, $8, $9)", .bytes(credential.digest), .id(federation),
                    .id(id), .text(slug), .text(name), .text(town), .text(department), .text(region), .text(zone)))
        } catch {
            guard error.sqlState?.rawValue == "CK409" else { throw error }
            let message = "L’adresse «\u{A0}\(slug)\u{A0}» est déjà prise par une autre structure. Ajoutez par exemple la commune."
            throw Refusal(status: 409, code: "slug_taken", message: message, faults: [FieldFault(names.slug, message)])
        }
        guard let invited else { return }
        try await invited.send(
            msp: id, name: name, credential: credential, inviter: person.displayName, request: request, transaction: transaction)
    }
}
