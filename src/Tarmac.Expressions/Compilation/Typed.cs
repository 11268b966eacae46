using Tarmac.Expressions.Evaluation;
using Tarmac.Expressions.Types;

namespace Tarmac.Expressions.Compilation;

/// <summary>A part of an expression, compiled, and the type the check found for it.</summary>
internal readonly record struct Typed(Node Node, CelType Type);

/// <summary>A name that a macro gives a value.</summary>
internal sealed record Local(string Name, int Slot, CelType Type);
