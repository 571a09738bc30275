internal import Kernel

/// Which modules an MSP uses.
struct ModuleStates: Sendable {
    /// The states in the order of the screen, with their French words.
    static let all: [(code: String, label: String, act: String)] = [
        ("on", "Activé", "Activer"), ("read_only", "Lecture seule", "Passer en lecture seule"), ("off", "Désactivé", "Désactiver"),
    ]
    static let list = CodeList("MODULE_STATE", all.map { ($0.code, $0.label) })

    private var byModule: [String: (code: String, changed: Instant?)] = [:]

    static func query(_ digest: [UInt8], _ msp: Identifier) -> Query {
        Query("select module, state, changed_at from kernel.list_modules($1, $2)", .bytes(digest), .id(msp))
    }

    init(_ rows: ResultSet) throws {
        for row in rows { byModule[try row[0]] = (try row[1], try row[2]) }
    }

    /// The state of a module; off when it was never switched.
    func code(_ module: String) -> String { byModule[module]?.code ?? "off" }

    func changed(_ module: String) -> Instant? { byModule[module]?.changed }

    /// Modules that can be switched: all but the kernel's own.
    static func manifests(_ directory: ModuleDirectory) -> [ModuleManifest] {
        directory.entries.map(\.manifest).filter { $0.id != CoreModule.manifest.id }
    }

    /// The module of the address.
    static func module(_ request: MspRequest, _ directory: ModuleDirectory) throws -> ModuleManifest {
        guard let module = manifests(directory).first(where: { $0.id == request.web.parameters["module"] }) else { throw Refusal.notFound }
        return module
    }

    /// Switches a module; the kernel traces it.
    static func set(_ module: String, _ code: String, _ digest: [UInt8], _ unit: WriteUnit) async throws {
        try await unit.one(
            Query("select kernel.set_module($1, $2, $3, $4)", .bytes(digest), .id(unit.msp), .text(module), .text(code)))
    }
}
