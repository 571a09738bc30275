import Kernel

extension FormReader {
    /// The person of a tap, of the team or from outside.
    mutating func participant() -> Participant? {
        if let id = id("professional") { return .professional(id) }
        if let id = id("guest") { return .guest(id) }
        if !hasFault("professional", "guest") { fault("professional", "Indiquez la personne concernée.") }
        return nil
    }
}
