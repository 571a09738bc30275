/// A step of the first days of an MSP, which « Aujourd’hui » lists until all of them are done.
public struct FirstStep: Sendable {
    /// `module.name`, unique.
    public let id: String
    /// An infinitive: « Indiquer les salles ».
    public let label: String
    /// One sentence: what the step opens.
    public let reason: String
    /// About how long it takes, in minutes.
    public let minutes: Int
    /// Page of the act, below `/m/<msp>/`.
    public let path: String
    /// Who can do it: others do not see the step.
    public let permission: String
    public let weight: Int
    /// A condition on tenant tables, with the MSP as `$1`: true once the step is done.
    public let done: SQL
    /// The same: false where the step is not for this MSP, or not yet.
    public let concerns: SQL

    public init(
        _ id: String, label: String, reason: String, minutes: Int, path: String, permission: String, weight: Int, done: SQL,
        concerns: SQL = "true"
    ) {
        self.id = id
        self.label = label
        self.reason = reason
        self.minutes = minutes
        self.path = path
        self.permission = permission
        self.weight = weight
        self.done = done
        self.concerns = concerns
    }
}
