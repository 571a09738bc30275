/// What an act makes of a whole that somebody keeps: « + 984,90 € : l’année vaut 115 003,96 €. » One way for every act of every
/// module: an act touches topics, and the sentence follows the act's own message on screen.
public struct Consequence: Sendable {
    /// Ids of records and of events, and what `WriteUnit.touch` names beside them.
    public let topics: Set<String>
    /// Who may not read the whole is told nothing of it.
    public let permission: String
    /// Asked once, after an act that touched a topic and in its transaction; nil when there is nothing to say.
    public let say: @Sendable (_ touched: [String: JSONValue], WriteUnit) async throws -> String?

    public init(
        topics: Set<String>, permission: String,
        say: @escaping @Sendable (_ touched: [String: JSONValue], WriteUnit) async throws -> String?
    ) {
        self.topics = topics
        self.permission = permission
        self.say = say
    }
}
