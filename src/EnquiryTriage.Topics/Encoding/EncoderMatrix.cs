using System.Numerics.Tensors;

namespace EnquiryTriage.Topics.Encoding;

/// <summary>A matrix of the encoder: multiplies rows of activations.</summary>
internal abstract class EncoderMatrix(int outputs, int inputs)
{
    /// <summary>Numbers a result row has.</summary>
    public int Outputs { get; } = outputs;

    /// <summary>Numbers an activation row has.</summary>
    public int Inputs { get; } = inputs;

    /// <summary>y = x · Wᵀ + bias for <paramref name="rows"/> rows, one after the other in the spans.</summary>
    public abstract void Multiply(ReadOnlySpan<float> x, int rows, ReadOnlySpan<float> bias, Span<float> y);
}

/// <summary>Single precision: for checking against the published vectors.</summary>
internal sealed class FloatMatrix(int outputs, int inputs, float[] weights) : EncoderMatrix(outputs, inputs)
{
    /// <inheritdoc/>
    public override void Multiply(ReadOnlySpan<float> x, int rows, ReadOnlySpan<float> bias, Span<float> y)
    {
        for (var row = 0; row < rows; row++)
        {
            var from = x.Slice(row * Inputs, Inputs);
            for (var output = 0; output < Outputs; output++)
            {
                y[(row * Outputs) + output] = TensorPrimitives.Dot(from, weights.AsSpan(output * Inputs, Inputs)) + bias[output];
            }
        }
    }
}
