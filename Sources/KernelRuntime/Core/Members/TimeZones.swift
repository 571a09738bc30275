internal import Kernel

/// The clocks an MSP follows: chosen by its department, changed by who keeps its sheet or by its federation.
enum TimeZones {
    static let options: [(value: String, label: String)] = FrenchTerritory.zoneList.codes.map { ($0.code, $0.label) }

    /// « La Réunion », or the zone's own name when it is none of France.
    static func label(_ zone: String) -> String { FrenchTerritory.zoneList.label(zone) }

    /// The zone of a new MSP: the one chosen, else that of its department. A department overseas has its own clocks and no others.
    static func chosen(_ zone: String, department: String) -> Result<String, InputFault> {
        let territory = FrenchTerritory.of(department)
        if zone.isEmpty {
            guard let territory else { return .failure(InputFault("Choisissez l’heure locale\u{A0}: ce département n’est pas reconnu.")) }
            return .success(territory.zones[0])
        }
        guard FrenchTerritory.zoneList.contains(zone) else { return .failure(InputFault("Choisissez une heure locale de la liste.")) }
        if let territory, territory != .metropole, territory != .alsaceMoselle, !territory.zones.contains(zone) {
            return .failure(InputFault("Ce département est à l’heure de «\u{A0}\(label(territory.zones[0]))\u{A0}»."))
        }
        return .success(zone)
    }

    /// What is to come at an hour of the clocks, as it will stand after a change: the hour that people read stays.
    struct Coming: Sendable {
        let title: String
        let at: Instant
        let path: String
    }

    /// Reads what the modules of this MSP have to come.
    static func coming(_ request: MspRequest, _ directory: ModuleDirectory) async throws -> (access: Access, coming: [Coming]) {
        let access = try await request.read().access
        let sources = directory.visible(to: access).flatMap(\.clocks).filter { access.can($0.permission) }
        guard !sources.isEmpty else { return (access, []) }
        let results = try await request.read(all: sources.map { $0.query(request.msp.id, request.web.now) }).results
        let coming = try results.flatMap { rows in try rows.map { Coming(title: try $0[0], at: try $0[1], path: try $0[2]) } }
        return (access, coming.sorted { ($0.at, $0.path) < ($1.at, $1.path) })
    }

    /// The change itself; the function of the database checks who asks. Returns the former zone.
    static func change(
        msp: Identifier, federation: Identifier? = nil, to zone: String, digest: [UInt8], handlers: [String], now: Instant
    ) -> Query {
        Query(
            "select kernel.set_time_zone($1, $2, $3, $4, $5, $6)", .bytes(digest), .id(msp), .id(federation), .text(zone),
            .id(.make(at: now)), .texts(handlers))
    }
}
