import Kernel
import Synchronization

/// A set of rights and its name: the same content has the same, so that one that was read once is never out of date. What is given to a
/// caller or withdrawn changes the name that the door answers with.
struct NamedRights: Sendable, Equatable {
    let version: Identifier
    let permissions: Set<String>
}

/// The rights that the door told last, by credential and MSP: the next request names them, and the door tells them again only if they changed.
final class KnownRights: Sendable {
    private struct Place: Hashable {
        let credential: [UInt8]
        let msp: Identifier
    }

    private struct State {
        var versions: [Place: Identifier] = [:]
        /// One copy of each set for all who hold it.
        var sets: [Identifier: NamedRights] = [:]
    }

    private let state = Mutex(State())
    private let most: (places: Int, sets: Int)

    /// - Parameters:
    ///   - places: credentials in an MSP, kept at most; past them everything is learned again.
    ///   - sets: the same of different rights.
    init(places: Int = 20_000, sets: Int = 4_000) { most = (places, sets) }

    /// What the door told this credential last.
    func last(_ credential: [UInt8], in msp: Identifier) -> NamedRights? {
        state.withLock { state in state.versions[Place(credential: credential, msp: msp)].flatMap { state.sets[$0] } }
    }

    /// Keeps what the door told now.
    func learn(_ rights: NamedRights, of credential: [UInt8], in msp: Identifier) {
        state.withLock { state in
            let isNew = state.sets[rights.version] == nil
            if state.versions.count >= most.places || isNew && state.sets.count >= most.sets { state = State() }
            state.versions[Place(credential: credential, msp: msp)] = rights.version
            state.sets[rights.version] = rights
        }
    }
}
