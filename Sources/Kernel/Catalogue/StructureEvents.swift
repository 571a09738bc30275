/// What happens to an MSP as a whole, for every module.
public enum StructureEvents {
    /// From one time zone to another, by their names.
    public struct ZoneChange: Sendable {
        public let from: String
        public let to: String

        public init(from: String, to: String) {
            self.from = from
            self.to = to
        }
    }

    public static let timeZoneChanged = Event(
        "core.time_zone_changed",
        summary: "The MSP follows other clocks; what is to come at an hour of its clocks keeps that hour.",
        Shape<ZoneChange>.object(
            isOpen: true, ShapeMember("from", .text()) { $0.from }, ShapeMember("to", .text()) { $0.to },
            make: { ZoneChange(from: $0, to: $1) }), sample: ZoneChange(from: "Europe/Paris", to: "Indian/Reunion"))
}
