using Tarmac.Expressions.Types;

namespace Tarmac.Expressions;

/// <summary>A function of the environment, or one more way to call one. It is checked; it has no implementation, so that its evaluation is an error.</summary>
/// <param name="Name">The name as it is called.</param>
/// <param name="Member">Whether it is called on its first parameter.</param>
/// <param name="Parameters">The types it takes; <see cref="CelType.TypeParameter"/> stands for any.</param>
/// <param name="Result">The type it answers.</param>
public sealed record FunctionDeclaration(string Name, bool Member, IReadOnlyList<CelType> Parameters, CelType Result);
