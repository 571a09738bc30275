/// The states of a record. State changes go through actions, never through the form.
public struct Workflow: Sendable {
    /// One state: code, French word (feminine or masculine as the record), tone of its chip.
    public struct State: Sendable {
        public let code: String
        public let label: String
        public let tone: Tone

        public init(_ code: String, _ label: String, _ tone: Tone) {
            self.code = code
            self.label = label
            self.tone = tone
        }
    }

    /// Field that holds the state; declared read-only.
    public let field: String
    public let states: [State]
    /// States in which the form may still change the record.
    public let editable: Set<String>
    /// States that may follow each one; those not named follow none. The engine asks it of every act, whoever leads there.
    public let next: [String: Set<String>]
    /// What people read in place of a state; nil when each state says enough.
    public let shown: Shown?

    /// A state that other fields make more precise for whoever reads: a meeting that was convened and began is « en cours ».
    public struct Shown: Sendable {
        /// Fields that it looks at beside the state.
        public let fields: [String]
        /// What is shown; nil for the state itself.
        public let state: @Sendable (RecordValues) -> State?

        public init(by fields: [String], _ state: @escaping @Sendable (RecordValues) -> State?) {
            self.fields = fields
            self.state = state
        }
    }

    public init(field: String, states: [State], editable: Set<String>, next: [String: Set<String>], shown: Shown? = nil) {
        self.shown = shown
        self.field = field
        self.states = states
        self.editable = editable
        self.next = next
    }

    public func state(_ code: String) -> State? { states.first { $0.code == code } }

    /// The state of a record as people read it.
    public func shownState(_ values: RecordValues) -> State? {
        shown?.state(values) ?? values.text(field).flatMap(state)
    }

    /// Whether an act may lead from one state to another.
    public func allows(from: String, to: String) -> Bool { next[from]?.contains(to) ?? false }
}

/// An act on one record, for people (a button and a form) and for programs (a POST).
public struct RecordAction: Sendable {
    /// Last part of its name in the audit trail: `convene` gives `facilitation.meeting.convene`.
    public let id: String
    /// Infinitive of the button: « Convoquer ».
    public let label: String
    /// HTML segment after the object's id, API segment after the object's id.
    public let path: String
    public let apiPath: String
    public let permission: String
    /// States from which the act is possible; nil for all.
    public let from: Set<String>?
    /// State that the record takes when the act succeeds; nil when the outcome says it, or when the state stays.
    public let to: String?
    /// What is asked before the act.
    public let fields: [RecordField]
    /// Fields of the record that the act writes by its declaration.
    public let sets: [FieldSetting]
    /// The entry that it files, the event that it publishes. What it seals, the record's papers say.
    public let evidence: ActEvidence?
    public let publishes: ActEvent?
    /// What a personal link gives with the act, beside the fields that are asked: whose link it is. Nil when no link does it.
    public let byLink: [RecordField]?
    /// Sentence of the confirmation page; nil when the button acts at once.
    public let confirmation: String?
    /// Place of the button: the main one, an ordinary one, or apart from the others.
    public let rank: Rank
    /// False when the object's page has its own place for the act, beside a line of a table: no button on the title line.
    public let isListed: Bool
    public let perform: @Sendable (ActionInput, WriteUnit) async throws -> ActionOutcome

    /// What the page of the question recalls of the record before an act that cannot be taken back; nil for nothing.
    public private(set) var recall: Recall?

    public enum Rank: Sendable { case main, ordinary, destructive }

    /// Facts read for the question, in sentences.
    public struct Recall: Sendable {
        public let queries: @Sendable (_ msp: Identifier, _ id: Identifier) -> [Query]
        public let say: @Sendable ([ResultSet], Access) throws -> [String]

        public init(
            queries: @escaping @Sendable (_ msp: Identifier, _ id: Identifier) -> [Query],
            say: @escaping @Sendable ([ResultSet], Access) throws -> [String]
        ) {
            self.queries = queries
            self.say = say
        }
    }

    /// The same act, with what its question recalls.
    public func recalling(_ recall: Recall) -> RecordAction {
        var action = self
        action.recall = recall
        return action
    }

    public init(
        _ id: String, label: String, path: String, apiPath: String, permission: String, from: Set<String>? = nil, to: String? = nil,
        fields: [RecordField] = [], sets: [FieldSetting] = [], evidence: ActEvidence? = nil,
        publishes: ActEvent? = nil, byLink: [RecordField]? = nil, confirmation: String? = nil, rank: Rank = .ordinary,
        isListed: Bool = true,
        perform: @escaping @Sendable (ActionInput, WriteUnit) async throws -> ActionOutcome
    ) {
        self.id = id
        self.label = label
        self.path = path
        self.apiPath = apiPath
        self.permission = permission
        self.from = from
        self.to = to
        self.fields = fields
        self.sets = sets
        self.evidence = evidence
        self.publishes = publishes
        self.byLink = byLink
        self.confirmation = confirmation
        self.rank = rank
        self.isListed = isListed
        self.perform = perform
    }

    /// An act that its declaration says whole: from one state to the next, with the fields that it sets. `done` is the sentence shown
    /// afterwards.
    public static func move(
        _ id: String, label: String, path: String, apiPath: String, permission: String, from: Set<String>, to state: String,
        fields: [RecordField] = [], sets: [FieldSetting] = [], confirmation: String? = nil, rank: Rank = .ordinary, done: String
    ) -> RecordAction {
        RecordAction(
            id, label: label, path: path, apiPath: apiPath, permission: permission, from: from, to: state, fields: fields, sets: sets,
            confirmation: confirmation, rank: rank
        ) { _, _ in ActionOutcome(done) }
    }
}

extension CodeList {
    /// The states of a workflow as a list of codes.
    public init(_ id: String, _ states: [Workflow.State]) { self.init(id, states.map { ($0.code, $0.label) }) }
}

/// What an action works on. The row is locked and its state was checked.
public struct ActionInput: Sendable {
    public let id: Identifier
    public let revision: Int
    /// The record as it stands.
    public let record: RecordValues
    /// The checked values of the action's own fields.
    public let values: RecordValues

    public init(id: Identifier, revision: Int, record: RecordValues, values: RecordValues) {
        self.id = id
        self.revision = revision
        self.record = record
        self.values = values
    }
}

/// What an action did.
public struct ActionOutcome: Sendable {
    /// French sentence shown to people.
    public let message: String
    /// Absolute path to go to; nil for the object's page.
    public let href: String?
    /// What the act made beside the record: a note, a decision.
    public let made: Identifier?
    /// What the act writes of its own record, beside what its declaration says: the engine writes it with the revision and the trail.
    public let change: RecordChange
    /// The sentence where it tells what only comes with the writing, such as the number of an entry; it takes the place of `message`.
    public let says: (@Sendable (ActDone) -> String)?

    public init(
        _ message: String, _ change: RecordChange = .nothing, href: String? = nil, made: Identifier? = nil,
        says: (@Sendable (ActDone) -> String)? = nil
    ) {
        self.message = message
        self.change = change
        self.href = href
        self.made = made
        self.says = says
    }
}
